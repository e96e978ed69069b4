package io.vgpusteward.extender.placement;

import io.vgpusteward.vgpu.placement.Strategy;
import java.time.Duration;

/**
 * What an operator decides about placement.
 *
 * @param strategy which of the nodes that fit are better
 * @param unknownNodes what becomes of nodes without a fresh inventory
 * @param inventoryMaxAge how long after a node agent's last sign of life its inventory is fresh
 */
public record PlacementSettings(
    Strategy strategy, UnknownNodes unknownNodes, Duration inventoryMaxAge) {
  /** What holds where nothing is set. */
  public static PlacementSettings defaults() {
    return new PlacementSettings(Strategy.BINPACK, UnknownNodes.REFUSE, Duration.ofMinutes(5));
  }
}
