package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Virtual machines of one namespace that ask for profiles, and where their launchers are: by what
 * the API server has of the pods, and nothing of the product's.
 */
final class Placements {
  private static final String VM_LABEL = "vm.kubevirt.io/name";

  private final Rig rig;
  private final Tenant tenant;
  private final String nodes;

  /**
   * In a new namespace.
   *
   * @param nodes value of the label {@code test} of the nodes that may take them
   */
  Placements(Rig rig, String nodes) {
    this.rig = rig;
    this.tenant = new Tenant(rig);
    this.nodes = nodes;
  }

  Tenant tenant() {
    return tenant;
  }

  /** Creates a virtual machine that is started. */
  void start(String name, String profile) {
    tenant.apply(ordinary(name, profile));
  }

  /** The same of a PriorityClass of {@code priorities.yaml}. */
  void start(String name, String profile, String priority) {
    tenant.apply(manifest(name, profile, priority));
  }

  /** Creates many at once, by name and profile. */
  void start(Map<String, String> profiles) {
    rig.api()
        .create(
            "/apis/kubevirt.io/v1/namespaces/" + tenant.namespace() + "/virtualmachines",
            profiles.entrySet().stream()
                .map(entry -> ordinary(entry.getKey(), entry.getValue()))
                .toList());
  }

  private String ordinary(String name, String profile) {
    return manifest(name, profile, "").replace("      priorityClassName: \n", "");
  }

  private String manifest(String name, String profile, String priority) {
    return Manifest.of("vm-placed.yaml")
        .replace("${NAME}", name)
        .replace("${PROFILE}", profile)
        .replace("${NODES}", nodes)
        .replace("${PRIORITY}", priority);
  }

  /** The launchers that are not on their way out, by their virtual machine. */
  Map<String, JsonNode> launchers() {
    Map<String, JsonNode> launchers = new TreeMap<>();
    rig.api()
        .get(
            "/api/v1/namespaces/"
                + tenant.namespace()
                + "/pods?labelSelector=kubevirt.io=virt-launcher")
        .path("items")
        .valueStream()
        .filter(pod -> !pod.path("metadata").has("deletionTimestamp"))
        .forEach(pod -> launchers.put(pod.at("/metadata/labels").path(VM_LABEL).asText(), pod));
    return launchers;
  }

  /** The one of a virtual machine; throws where there is none. */
  JsonNode launcher(String vm) {
    return Optional.ofNullable(launchers().get(vm)).orElseThrow();
  }

  /** The nodes of those that have one, by their virtual machine. */
  Map<String, String> placed() {
    Map<String, String> placed = new TreeMap<>();
    launchers().forEach((vm, pod) -> node(pod).ifPresent(node -> placed.put(vm, node)));
    return placed;
  }

  private static Optional<String> node(JsonNode pod) {
    return Optional.of(pod.at("/spec/nodeName").asText()).filter(name -> !name.isEmpty());
  }

  /** Waits until a virtual machine's launcher has a node, and says which. */
  String awaitNode(String vm) {
    Wait.untilAsserted(
        vm + " has a node", () -> assertThat(placed()).as(refusals().toString()).containsKey(vm));
    return placed().getOrDefault(vm, "");
  }

  /** Waits until the scheduler says that a virtual machine's launcher has no node, and all this. */
  String awaitRefusal(String vm, String... parts) {
    Wait.untilAsserted(
        vm + " waits for a node",
        () -> assertThat(refusals().getOrDefault(vm, "no refusal")).contains(parts));
    return refusals().getOrDefault(vm, "");
  }

  /** Why launchers are without a node, by their virtual machine. */
  Map<String, String> refusals() {
    Map<String, String> refusals = new TreeMap<>();
    launchers()
        .forEach((vm, pod) ->
            pod.at("/status/conditions")
                .valueStream()
                .filter(condition -> condition.path("type").asText().equals("PodScheduled"))
                .filter(condition -> condition.path("status").asText().equals("False"))
                .forEach(condition -> refusals.put(vm, condition.path("message").asText())));
    return refusals;
  }

  /** Deletes virtual machines, and does not wait for their end. */
  void delete(List<String> vms) {
    for (String vm : vms) {
      tenant.ok("delete", "vm", vm, "--wait=false");
    }
  }
}
