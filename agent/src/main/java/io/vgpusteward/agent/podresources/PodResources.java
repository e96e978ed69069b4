package io.vgpusteward.agent.podresources;

import io.vgpusteward.vgpu.ResourceName;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The kubelet of this node. Calls block, each for a bounded time. */
public interface PodResources {
  /** Whether there is a kubelet to ask; what is there may still not answer. */
  boolean isThere();

  /**
   * The pods of the node with what they were given, those with nothing too. Since Kubernetes 1.34
   * pods that have finished are not among them.
   *
   * @throws PodResourcesException when it does not answer, and what it answers cannot be relied on
   */
  List<PodDevices> pods() throws PodResourcesException;

  /**
   * The ids of all devices that it could give out or has given out, by resource; without those that
   * their device plugin calls unhealthy.
   *
   * @throws PodResourcesException as {@link #pods}
   */
  Map<ResourceName, Set<String>> devices() throws PodResourcesException;

  /**
   * What a pod was given.
   *
   * @param devices the ids, by resource; how they read is the device plugin's choice
   */
  record PodDevices(String namespace, String name, Map<ResourceName, Set<String>> devices) {
    public PodDevices {
      devices = Map.copyOf(devices);
    }
  }
}
