package io.vgpusteward.vgpu.permitted;

import io.vgpusteward.vgpu.ResourceName;
import java.util.List;
import java.util.Set;

/** Who uses which host devices, running or not, each as {@code VirtualMachine tenant-a/vm1}. */
public interface Uses {
  /**
   * What has not been seen yet, in words. While there is any, nobody knows that a resource is
   * unused.
   */
  List<String> unseen();

  /** The users of a resource. */
  List<String> of(ResourceName resource);

  /** All resources that have users. */
  Set<ResourceName> resources();

  /** Those that have {@code hostDevices}, which need the feature gate of that name. */
  List<String> ofHostDevices();
}
