package io.vgpusteward.extender.placement;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.InventoryAge;
import io.vgpusteward.vgpu.placement.Freshness;
import io.vgpusteward.vgpu.placement.NodeSupply;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;

/** What a view knows of nodes, also of those that it has never heard of. */
final class Nodes {
  private final ClusterView view;
  private final Map<String, NodeSupply> supplies;
  private final Instant now;
  private final Duration maxAge;

  Nodes(ClusterView view, Instant now, Duration maxAge) {
    this.view = view;
    this.supplies = view.supplies();
    this.now = now;
    this.maxAge = maxAge;
  }

  NodeSupply supply(String name) {
    NodeSupply known = supplies.get(name);
    return known != null
        ? known
        : NodeSupply.of(name, Optional.empty(), Collections.emptySortedMap(), view.permitted());
  }

  Freshness freshness(String name) {
    return InventoryAge.of(view, name, now, maxAge);
  }
}
