package io.vgpusteward.server.scheduler;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * A whole configuration, for a scheduler that has none yet: most often a second one beside the
 * cluster's own.
 *
 * @param schedulerName by which pods choose it; {@code default-scheduler} for the cluster's own
 * @param leaderElect whether several of it run and elect one
 * @param leaseNamespace of the Lease, unless it is the cluster's own scheduler
 * @param kubeconfig where it runs; empty for the account of its pod
 * @param percentage of the nodes to look at
 */
record NewConfiguration(
    String schedulerName,
    boolean leaderElect,
    String leaseNamespace,
    Optional<String> kubeconfig,
    int percentage,
    ExtenderBlock extender) {
  ObjectNode json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("apiVersion", ConfigurationCheck.API_VERSION);
    root.put("kind", ConfigurationCheck.KIND);
    kubeconfig.ifPresent(file -> root.putObject("clientConnection").put("kubeconfig", file));
    ObjectNode election = root.putObject("leaderElection").put("leaderElect", leaderElect);
    if (leaderElect && !schedulerName.equals(Profiles.DEFAULT)) {
      election.put("resourceName", schedulerName).put("resourceNamespace", leaseNamespace);
    }
    root.putArray("profiles")
        .addObject()
        .put("schedulerName", schedulerName)
        .put("percentageOfNodesToScore", percentage);
    root.putArray("extenders").add(extender.json());
    return root;
  }
}
