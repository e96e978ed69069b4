package io.vgpusteward.e2e.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a test class leaves in a cluster that others use after it. Closing it takes all of it away,
 * and returns once it is gone: what still ran would take the devices of other classes' nodes.
 */
final class Leftovers implements AutoCloseable {
  private static final String CLUSTER_WIDE =
      "namespaces,nodes,mutatingwebhookconfigurations,validatingwebhookconfigurations";
  private static final String WORKLOADS =
      "virtualmachinepools,virtualmachineinstancereplicasets,virtualmachines,"
          + "virtualmachineinstances";

  /** Label: what has it is left to the class that makes it. */
  private static final String STAYS = "e2e.vgpu-steward.io/stays";

  private final Kubectl kubectl;
  private final Api api;
  private final String workloads;
  private final Set<String> before;
  private final Optional<KubeVirtSettings> settings;

  private Leftovers(Rig rig, Set<Component> components) {
    boolean hasKubeVirt = components.contains(Component.KUBEVIRT);
    kubectl = rig.kubectl();
    api = rig.api();
    workloads = hasKubeVirt ? WORKLOADS + ",pods" : "pods";
    before = clusterWide();
    settings = hasKubeVirt ? Optional.of(KubeVirtSettings.of(rig)) : Optional.empty();
  }

  /** Takes note of what is there before a class begins. */
  static Leftovers since(Rig rig, Set<Component> components) {
    return new Leftovers(rig, components);
  }

  /**
   * Classes take turns: each workload in the cluster is this class's. Namespaces go first: nothing
   * can be made in one that is on its way out, where KubeVirt may still try to finish a copy.
   */
  @Override
  public void close() {
    Set<String> made = clusterWide();
    made.removeAll(before);
    delete(List.copyOf(made));
    Wait.untilAsserted(
        "what the class started has ended",
        () -> {
          if (!running().isEmpty()) {
            kubectl.ok("delete", workloads, "--all", "--all-namespaces", "--wait=false");
            Nodes.endDeletedPods(api);
          }
          assertThat(running()).isEmpty();
        });
    settings.ifPresent(KubeVirtSettings::restore);
  }

  /** Nobody waits for namespaces: their names are not used twice. */
  private void delete(List<String> names) {
    if (!names.isEmpty()) {
      List<String> command =
          new ArrayList<>(List.of("delete", "--wait=false", "--ignore-not-found"));
      command.addAll(names);
      kubectl.ok(command.toArray(String[]::new));
    }
  }

  private List<String> running() {
    return kubectl
        .get(workloads, "--all-namespaces")
        .path("items")
        .valueStream()
        .map(one ->
            one.path("kind").asText()
                + " "
                + one.at("/metadata/namespace").asText()
                + "/"
                + one.at("/metadata/name").asText())
        .toList();
  }

  private Set<String> clusterWide() {
    return new TreeSet<>(
        kubectl.ok("get", CLUSTER_WIDE, "--selector=!" + STAYS, "--output=name").lines().toList());
  }
}
