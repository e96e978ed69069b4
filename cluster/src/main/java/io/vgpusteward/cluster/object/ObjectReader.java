package io.vgpusteward.cluster.object;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestTemplate;
import io.vgpusteward.cluster.Heartbeat;
import io.vgpusteward.cluster.Instancetype;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.cluster.LauncherPod;
import io.vgpusteward.cluster.Node;
import io.vgpusteward.vgpu.NodeInventory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Reads objects of the API into the records of this program.
 *
 * <p>Never throws: a field that is absent or of the wrong type reads as absent, and the latter is
 * told to {@code problems} by its path. Where the whole object is of no use the result is empty.
 */
public final class ObjectReader {
  private static final String OS = "vm.kubevirt.io/os";

  private ObjectReader() {}

  /** A KubeVirt CR, {@code kubevirt.io/v1}. */
  public static KubeVirt kubeVirt(JsonNode object, Consumer<String> problems) {
    Field root = new Field(object, "", problems);
    Field configuration = root.at("spec", "configuration");
    Field gates = configuration.at("developerConfiguration", "featureGates");
    return new KubeVirt(
        namespace(object),
        name(object),
        PermittedList.read(configuration.at("permittedHostDevices")),
        gates.texts().collect(Collectors.toSet()),
        root.at("status", "observedKubeVirtVersion").text(),
        root.at("metadata", "uid").text().orElse(""),
        GuestReader.ours(root.at("metadata", "annotations")),
        configuration.at("evictionStrategy").text());
  }

  /** A VirtualMachine, {@code kubevirt.io/v1}. */
  public static Guest virtualMachine(JsonNode object, Consumer<String> problems) {
    Field root = new Field(object, "", problems);
    return GuestReader.virtualMachine(root);
  }

  /** A VirtualMachineInstance, {@code kubevirt.io/v1}. */
  public static Guest virtualMachineInstance(JsonNode object, Consumer<String> problems) {
    Field root = new Field(object, "", problems);
    return GuestReader.instance(root);
  }

  /** A VirtualMachineInstanceReplicaSet, {@code kubevirt.io/v1}. */
  public static GuestTemplate replicaSet(JsonNode object, Consumer<String> problems) {
    return TemplateReader.replicaSet(new Field(object, "", problems));
  }

  /** A VirtualMachinePool, {@code pool.kubevirt.io}. */
  public static GuestTemplate pool(JsonNode object, Consumer<String> problems) {
    return TemplateReader.pool(new Field(object, "", problems));
  }

  /**
   * A launcher pod that holds or wants devices; empty for any other pod, a finished one and one
   * that has to do with none.
   */
  public static Optional<LauncherPod> launcherPod(JsonNode object, Consumer<String> problems) {
    return PodReader.launcher(new Field(object, "", problems));
  }

  /** A node. */
  public static Node node(JsonNode object, Consumer<String> problems) {
    return NodeReader.read(new Field(object, "", problems));
  }

  /** The inventory of a node, a VgpuNode of {@link Keys#GROUP}. */
  public static NodeInventory inventory(JsonNode object, Consumer<String> problems) {
    return InventoryReader.read(new Field(object, "", problems));
  }

  /**
   * The heartbeat of a node's agent, a {@code coordination.k8s.io/v1} Lease; empty for Leases of
   * others, and where holder or time is missing.
   */
  public static Optional<Heartbeat> heartbeat(JsonNode object, Consumer<String> problems) {
    return HeartbeatReader.read(new Field(object, "", problems));
  }

  /** A VirtualMachineInstancetype or VirtualMachineClusterInstancetype. */
  public static Instancetype instancetype(JsonNode object, Consumer<String> problems) {
    Field spec = new Field(object, "", problems).at("spec");
    List<Field> gpus = spec.at("gpus").items();
    List<Field> hostDevices = spec.at("hostDevices").items();
    return new Instancetype(
        deviceNames(gpus),
        deviceNames(hostDevices),
        !gpus.isEmpty(),
        !hostDevices.isEmpty(),
        spec.at("schedulerName").text());
  }

  /**
   * Whether a VirtualMachinePreference or VirtualMachineClusterPreference is for Windows. No field
   * says so: the common preferences' names ({@code windows.11}), the label or annotation for the
   * guest's system and Hyper-V enlightenments do.
   */
  public static boolean isForWindows(JsonNode object, Consumer<String> problems) {
    Field root = new Field(object, "", problems);
    Field hyperv = root.at("spec", "features", "preferredHyperv");
    return isWindows(Optional.of(name(object)))
        || isWindows(root.at("metadata", "annotations", OS).text())
        || isWindows(root.at("metadata", "labels", OS).text())
        || isWindows(root.at("spec", "annotations", OS).text())
        || (hyperv.isMapping() && !hyperv.node().isEmpty());
  }

  /**
   * What an {@code apps/v1} ControllerRevision of KubeVirt holds: a whole instancetype or
   * preference in {@code data} (KubeVirt v1.9, pkg/instancetype/compatibility). Empty for anything
   * else.
   */
  public static Optional<Revision> revision(JsonNode object, Consumer<String> problems) {
    Field data = new Field(object, "", problems).at("data");
    Consumer<String> inData = problem -> problems.accept("data." + problem);
    return ObjectKind.of(data.node())
        .flatMap(kind ->
            switch (kind) {
              case INSTANCETYPE, CLUSTER_INSTANCETYPE ->
                  Optional.of(new Revision.OfInstancetype(instancetype(data.node(), inData)));
              case PREFERENCE, CLUSTER_PREFERENCE ->
                  Optional.of(new Revision.OfPreference(isForWindows(data.node(), inData)));
              default -> Optional.empty();
            });
  }

  /** The labels of any object. */
  public static Map<String, String> labels(JsonNode object, Consumer<String> problems) {
    return Map.copyOf(new Field(object, "", problems).at("metadata", "labels").textMap());
  }

  /** {@code metadata.name}; empty where there is none. */
  public static String name(JsonNode object) {
    return object.path("metadata").path("name").asText("");
  }

  /** {@code metadata.namespace}; empty where there is none. */
  public static String namespace(JsonNode object) {
    return object.path("metadata").path("namespace").asText("");
  }

  private static List<String> deviceNames(List<Field> devices) {
    return devices.stream().flatMap(device -> device.at("deviceName").text().stream()).toList();
  }

  private static boolean isWindows(Optional<String> system) {
    return system.filter(name -> name.toLowerCase(Locale.ROOT).startsWith("windows")).isPresent();
  }
}
