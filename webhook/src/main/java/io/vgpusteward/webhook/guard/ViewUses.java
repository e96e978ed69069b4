package io.vgpusteward.webhook.guard;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.DeviceUser;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.permitted.Uses;
import java.util.List;
import java.util.Set;

/** Who uses host devices in a view. */
public record ViewUses(ClusterView view) implements Uses {
  @Override
  public List<String> unseen() {
    return view.missing();
  }

  @Override
  public List<String> of(ResourceName resource) {
    return texts(view.deviceUsers().of(resource));
  }

  @Override
  public Set<ResourceName> resources() {
    return view.deviceUsers().resources();
  }

  @Override
  public List<String> ofHostDevices() {
    return texts(view.deviceUsers().withHostDevices());
  }

  private static List<String> texts(List<DeviceUser> users) {
    return users.stream().map(DeviceUser::toString).toList();
  }
}
