package io.vgpusteward.cluster.object;

import io.vgpusteward.cluster.DeviceUser;
import io.vgpusteward.vgpu.ResourceName;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads launcher pods, which hold the devices of running guests. */
final class PodReader {
  /** The label of what belongs to KubeVirt, and its value on launchers (kubevirt.io/api/core). */
  private static final String APP_LABEL = "kubevirt.io";

  private static final String LAUNCHER = "virt-launcher";

  private PodReader() {}

  static Optional<DeviceUser> launcher(Field root) {
    boolean isLauncher = LAUNCHER.equals(root.at("metadata", "labels").textMap().get(APP_LABEL));
    if (!isLauncher || GuestReader.isFinished(root)) {
      return Optional.empty();
    }
    SortedMap<ResourceName, Integer> devices = new TreeMap<>();
    for (Field container : root.at("spec", "containers").items()) {
      SortedMap<ResourceName, Integer> own =
          new TreeMap<>(Quantities.extended(container.at("resources", "requests")));
      own.putAll(Quantities.extended(container.at("resources", "limits")));
      own.forEach((name, count) -> devices.merge(name, count, Integer::sum));
    }
    devices.values().removeIf(count -> count == 0);
    return devices.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new DeviceUser(
                DeviceUser.Kind.Pod,
                ObjectReader.namespace(root.node()),
                ObjectReader.name(root.node()),
                devices));
  }
}
