package io.vgpusteward.cluster.object;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.cluster.Keys;
import java.util.List;
import java.util.Optional;

/** The kinds of objects that this program follows, by their names in the API. */
public enum ObjectKind {
  KUBEVIRT("kubevirt.io", "v1", "kubevirts", "KubeVirt", true),
  VIRTUAL_MACHINE("kubevirt.io", "v1", "virtualmachines", "VirtualMachine", true),
  VIRTUAL_MACHINE_INSTANCE(
      "kubevirt.io", "v1", "virtualmachineinstances", "VirtualMachineInstance", true),
  INSTANCETYPE(
      "instancetype.kubevirt.io",
      "v1beta1",
      "virtualmachineinstancetypes",
      "VirtualMachineInstancetype",
      true),
  CLUSTER_INSTANCETYPE(
      "instancetype.kubevirt.io",
      "v1beta1",
      "virtualmachineclusterinstancetypes",
      "VirtualMachineClusterInstancetype",
      false),
  PREFERENCE(
      "instancetype.kubevirt.io",
      "v1beta1",
      "virtualmachinepreferences",
      "VirtualMachinePreference",
      true),
  CLUSTER_PREFERENCE(
      "instancetype.kubevirt.io",
      "v1beta1",
      "virtualmachineclusterpreferences",
      "VirtualMachineClusterPreference",
      false),
  CONTROLLER_REVISION("apps", "v1", "controllerrevisions", "ControllerRevision", true),
  NAMESPACE("", "v1", "namespaces", "Namespace", false),
  SECRET("", "v1", "secrets", "Secret", true),
  /** Of these only the launchers of virtual machines. */
  POD("", "v1", "pods", "Pod", true),
  NODE("", "v1", "nodes", "Node", false),
  REPLICA_SET(
      "kubevirt.io",
      "v1",
      "virtualmachineinstancereplicasets",
      "VirtualMachineInstanceReplicaSet",
      true),
  /** KubeVirt serves this version since v1.8. */
  POOL("pool.kubevirt.io", "v1beta1", "virtualmachinepools", "VirtualMachinePool", true),
  /** The inventory of a node, which has the node's name. */
  VGPU_NODE(Keys.GROUP, "v1alpha1", "vgpunodes", "VgpuNode", false),
  /** Of these only the heartbeats of node agents. */
  LEASE("coordination.k8s.io", "v1", "leases", "Lease", true);

  private final String group;
  private final String version;
  private final String plural;
  private final String kind;
  private final boolean namespaced;

  ObjectKind(String group, String version, String plural, String kind, boolean namespaced) {
    this.group = group;
    this.version = version;
    this.plural = plural;
    this.kind = kind;
    this.namespaced = namespaced;
  }

  /** The kind of an object, by its {@code kind} and the group of its {@code apiVersion}. */
  public static Optional<ObjectKind> of(JsonNode object) {
    String apiVersion = object.path("apiVersion").asText("");
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    for (ObjectKind candidate : values()) {
      if (candidate.group.equals(group) && candidate.kind.equals(object.path("kind").asText(""))) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** The API group, empty for the core one. */
  public String group() {
    return group;
  }

  /** The versions that this program can read, the one to be asked for first at the front. */
  public List<String> versions() {
    return this == POOL ? List.of(version, "v1alpha1") : List.of(version);
  }

  /**
   * Whether a cluster may do without the kind: then an API server that knows none of its versions
   * says that there are no objects of it.
   */
  public boolean isOptional() {
    return this == POOL || this == VGPU_NODE;
  }

  /** The name in paths of the API and in roles. */
  public String plural() {
    return plural;
  }

  public String kind() {
    return kind;
  }

  public boolean isNamespaced() {
    return namespaced;
  }
}
