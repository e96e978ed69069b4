package io.vgpusteward.cluster;

import io.vgpusteward.vgpu.placement.Freshness;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Tells by the heartbeat of a node's agent whether what it has published still holds: an agent that
 * is gone takes nothing back.
 */
public final class InventoryAge {
  private InventoryAge() {}

  /**
   * How fresh a node's inventory is. Where no agents are heard ({@link
   * ClusterView#knowsHeartbeats}) it is always fresh, so that the condition Ready alone counts. A
   * time of renewal that is yet to come, from a node whose clock is ahead, counts as now.
   *
   * @param maxAge how old a heartbeat may be
   */
  public static Freshness of(ClusterView view, String node, Instant now, Duration maxAge) {
    if (!view.knowsHeartbeats()) {
      return Freshness.fresh();
    }
    Optional<Heartbeat> heartbeat = view.heartbeats().of(node);
    if (heartbeat.isEmpty()) {
      return Freshness.stale(
          "no heartbeat: no Lease with label " + Keys.HEARTBEAT + " is held by this node");
    }
    Duration age = Duration.between(heartbeat.get().renewed(), now);
    return age.compareTo(maxAge) <= 0
        ? Freshness.fresh()
        : Freshness.stale("no heartbeat for " + words(age) + ": " + heartbeat.get());
  }

  private static String words(Duration age) {
    if (age.toMinutes() < 2) {
      return age.toSeconds() + " seconds";
    }
    if (age.toHours() < 2) {
      return age.toMinutes() + " minutes";
    }
    return age.toDays() < 2 ? age.toHours() + " hours" : age.toDays() + " days";
  }
}
