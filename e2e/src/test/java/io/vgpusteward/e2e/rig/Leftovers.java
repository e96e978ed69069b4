package io.vgpusteward.e2e.rig;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
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

  private final Kubectl kubectl;
  private final String workloads;
  private final Set<String> before;

  private Leftovers(Rig rig, Set<Component> components) {
    kubectl = rig.kubectl();
    workloads = components.contains(Component.KUBEVIRT) ? WORKLOADS + ",pods" : "pods";
    before = clusterWide();
  }

  /** Takes note of what is there before a class begins. */
  static Leftovers since(Rig rig, Set<Component> components) {
    return new Leftovers(rig, components);
  }

  /** Classes take turns: each workload in the cluster is this class's. */
  @Override
  public void close() {
    Set<String> made = clusterWide();
    made.removeAll(before);
    // A webhook whose server has ended would be in the way of the rest.
    delete(made.stream().filter(name -> name.contains("webhook")).toList());
    if (!running().isEmpty()) {
      kubectl.ok("delete", workloads, "--all", "--all-namespaces", "--wait=false");
      Wait.until(
          "what the class started has ended",
          () -> {
            Nodes.endDeletedPods(kubectl);
            return running().isEmpty();
          });
    }
    delete(made.stream().filter(name -> !name.contains("webhook")).toList());
  }

  /** Nobody waits for what is empty by now: names are not used twice. */
  private void delete(List<String> names) {
    if (!names.isEmpty()) {
      List<String> command =
          new ArrayList<>(List.of("delete", "--wait=false", "--ignore-not-found"));
      command.addAll(names);
      kubectl.ok(command.toArray(String[]::new));
    }
  }

  private JsonNode running() {
    return kubectl.get(workloads, "--all-namespaces").path("items");
  }

  private Set<String> clusterWide() {
    return new TreeSet<>(kubectl.ok("get", CLUSTER_WIDE, "--output=name").lines().toList());
  }
}
