package io.vgpusteward.cluster.object;

import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestDevices;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.Keys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads virtual machines and their instances. */
final class GuestReader {
  private static final Set<String> FINAL_PHASES = Set.of("Succeeded", "Failed");

  private GuestReader() {}

  static Guest virtualMachine(Field root) {
    Field template = root.at("spec", "template");
    GuestDevices devices =
        DeviceReader.devices(
            template.at("spec"),
            DeviceReader.instancetype(root.at("spec"), root.at("status", "instancetypeRef")));
    return guest(
        root,
        GuestKey.Kind.VirtualMachine,
        template,
        devices,
        root.at("status", "created").isTrue(),
        isOfClusterApi(root) || isOfClusterApi(template));
  }

  static Guest instance(Field root) {
    return guest(
        root,
        GuestKey.Kind.VirtualMachineInstance,
        root,
        DeviceReader.devices(root.at("spec"), Optional.empty()),
        !isFinished(root),
        isOfClusterApi(root));
  }

  /** Whether the phase of an instance or a pod is one that nothing follows. */
  static boolean isFinished(Field root) {
    return root.at("status", "phase").text().filter(FINAL_PHASES::contains).isPresent();
  }

  /** The annotations of {@link Keys#PREFIX}. */
  static Map<String, String> ours(Field annotations) {
    Map<String, String> all = new HashMap<>(annotations.textMap());
    all.keySet().removeIf(key -> !key.startsWith(Keys.PREFIX));
    return all;
  }

  /**
   * Reads a guest.
   *
   * @param template what holds {@code metadata} and {@code spec} of the instance
   */
  private static Guest guest(
      Field root,
      GuestKey.Kind kind,
      Field template,
      GuestDevices devices,
      boolean running,
      boolean clusterApiWorker) {
    Field metadata = root.at("metadata");
    Optional<Field> source = cloudInit(template.at("spec", "volumes"));
    return new Guest(
        new GuestKey(kind, ObjectReader.namespace(root.node()), ObjectReader.name(root.node())),
        metadata.at("uid").text().orElse(""),
        owner(metadata.at("ownerReferences").items()),
        metadata.at("generateName").text().isPresent(),
        metadata.at("deletionTimestamp").isPresent(),
        kind == GuestKey.Kind.VirtualMachineInstance && isFinished(root),
        ours(metadata.at("annotations")),
        source.flatMap(from -> from.at("secretRef", "name").text()),
        source.filter(from -> from.path().endsWith("ConfigDrive")).isPresent(),
        devices,
        TraceReader.traces(template),
        running,
        "false".equals(metadata.at("labels").textMap().get(Keys.INJECT)),
        clusterApiWorker);
  }

  /** KubeVirt reads user data from the first volume of either type (pkg/cloud-init). */
  private static Optional<Field> cloudInit(Field volumes) {
    for (Field volume : volumes.items()) {
      for (String type : List.of("cloudInitNoCloud", "cloudInitConfigDrive")) {
        if (volume.at(type).isMapping()) {
          return Optional.of(volume.at(type));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> owner(List<Field> references) {
    return references.stream()
        .filter(reference -> reference.at("controller").isTrue())
        .findFirst()
        .or(() -> references.stream().findFirst())
        .flatMap(reference ->
            reference
                .at("kind")
                .text()
                .flatMap(kind -> reference.at("name").text().map(name -> kind + "/" + name)));
  }

  private static boolean isOfClusterApi(Field object) {
    return object.at("metadata", "labels").textMap().keySet().stream()
        .anyMatch(label -> label.startsWith(Keys.CLUSTER_API_PREFIX));
  }
}
