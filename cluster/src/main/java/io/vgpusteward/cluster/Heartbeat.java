package io.vgpusteward.cluster;

import java.time.Instant;

/**
 * A sign of life of a node's agent: a Lease of {@code coordination.k8s.io/v1} with the label {@link
 * Keys#HEARTBEAT}, which the agent renews each minute.
 *
 * @param node its {@code spec.holderIdentity}
 * @param renewed its {@code spec.renewTime}
 */
public record Heartbeat(String namespace, String lease, String node, Instant renewed) {
  @Override
  public String toString() {
    return "Lease " + namespace + "/" + lease;
  }
}
