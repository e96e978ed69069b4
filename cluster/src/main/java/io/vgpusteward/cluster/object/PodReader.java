package io.vgpusteward.cluster.object;

import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.LauncherPod;
import io.vgpusteward.vgpu.ResourceName;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Reads launcher pods, which hold the devices of running guests. */
final class PodReader {
  /** The label of what belongs to KubeVirt, and its value on launchers (kubevirt.io/api/core). */
  private static final String APP_LABEL = "kubevirt.io";

  private static final String LAUNCHER = "virt-launcher";

  /** Why a pod is not placed: no node fits, or the scheduler or its extender failed (core/v1). */
  private static final List<String> NOT_PLACED = List.of("Unschedulable", "SchedulerError");

  private PodReader() {}

  static Optional<LauncherPod> launcher(Field root) {
    boolean isLauncher = LAUNCHER.equals(root.at("metadata", "labels").textMap().get(APP_LABEL));
    if (!isLauncher || GuestReader.isFinished(root)) {
      return Optional.empty();
    }
    Field spec = root.at("spec");
    List<Field> containers = spec.at("containers").items();
    SortedMap<ResourceName, Integer> devices = PodDevices.of(spec);
    Optional<String> profile = root.at("metadata", "annotations").at(Keys.PROFILE).text();
    boolean marked = containers.stream().anyMatch(PodReader::isMarked);
    if (devices.isEmpty() && profile.isEmpty() && !marked) {
      return Optional.empty();
    }
    return Optional.of(
        new LauncherPod(
            ObjectReader.namespace(root.node()),
            ObjectReader.name(root.node()),
            root.at("metadata", "uid").text().orElse(""),
            spec.at("nodeName").text(),
            guest(root.at("metadata", "ownerReferences")),
            devices,
            profile,
            Math.clamp(
                spec.at("priority").number().orElse(0), Integer.MIN_VALUE, Integer.MAX_VALUE),
            spec.at("schedulerName").text(),
            unschedulable(root.at("status", "conditions")),
            marked));
  }

  private static boolean isMarked(Field container) {
    Field resources = container.at("resources");
    return resources.at("limits").at(Keys.FRAMEBUFFER_GIB).isPresent()
        || resources.at("requests").at(Keys.FRAMEBUFFER_GIB).isPresent();
  }

  /** The instance controls its launcher (KubeVirt v1.9, services/template.go). */
  private static Optional<String> guest(Field owners) {
    return owners.items().stream()
        .filter(owner ->
            owner
                .at("kind")
                .text()
                .filter(ObjectKind.VIRTUAL_MACHINE_INSTANCE.kind()::equals)
                .isPresent())
        .flatMap(owner -> owner.at("name").text().stream())
        .findFirst();
  }

  private static Optional<String> unschedulable(Field conditions) {
    return conditions.items().stream()
        .filter(condition -> is(condition, "type", List.of("PodScheduled")))
        .filter(condition -> is(condition, "status", List.of("False")))
        .filter(condition -> is(condition, "reason", NOT_PLACED))
        .flatMap(condition ->
            condition.at("message").text().or(() -> condition.at("reason").text()).stream())
        .findFirst();
  }

  private static boolean is(Field condition, String name, List<String> values) {
    return condition.at(name).text().filter(values::contains).isPresent();
  }
}
