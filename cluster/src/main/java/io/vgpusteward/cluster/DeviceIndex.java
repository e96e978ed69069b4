package io.vgpusteward.cluster;

import io.vgpusteward.vgpu.ResourceName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Users of devices by resource, each list in the order of {@link #ORDER}. */
record DeviceIndex(
    List<DeviceUser> all,
    List<DeviceUser> withHostDevices,
    Map<ResourceName, List<DeviceUser>> byResource) {
  private static final Comparator<DeviceUser> ORDER =
      Comparator.comparing(DeviceUser::kind)
          .thenComparing(DeviceUser::namespace)
          .thenComparing(DeviceUser::name);

  /** An index of these; those without any device count for {@code hostDevices} alone. */
  static DeviceIndex of(Collection<DeviceUser> users, Collection<DeviceUser> withHostDevices) {
    List<DeviceUser> sorted =
        users.stream().filter(user -> !user.devices().isEmpty()).sorted(ORDER).toList();
    Map<ResourceName, List<DeviceUser>> lists = new TreeMap<>();
    for (DeviceUser user : sorted) {
      for (ResourceName resource : user.devices().keySet()) {
        lists.computeIfAbsent(resource, key -> new ArrayList<>()).add(user);
      }
    }
    lists.replaceAll((resource, list) -> List.copyOf(list));
    return new DeviceIndex(sorted, withHostDevices.stream().sorted(ORDER).toList(), lists);
  }

  static DeviceIndex of(Collection<DeviceUser> users) {
    return of(users, List.of());
  }

  List<DeviceUser> of(ResourceName resource) {
    return byResource.getOrDefault(resource, List.of());
  }

  Set<ResourceName> resources() {
    return byResource.keySet();
  }
}
