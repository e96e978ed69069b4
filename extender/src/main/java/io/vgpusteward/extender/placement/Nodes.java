package io.vgpusteward.extender.placement;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Node;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.placement.Freshness;
import io.vgpusteward.vgpu.placement.NodeSupply;
import io.vgpusteward.vgpu.placement.SupplyMaker;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;

/** What a view knows of nodes, also of those that it has never heard of. */
final class Nodes {
  private final ClusterView view;
  private final Instant now;
  private final Duration maxAge;
  private final SupplyMaker maker;

  Nodes(ClusterView view, PermittedDevices permitted, Instant now, Duration maxAge) {
    this.view = view;
    this.now = now;
    this.maxAge = maxAge;
    this.maker = new SupplyMaker(permitted);
  }

  NodeSupply supply(String name) {
    SortedMap<ResourceName, Integer> allocatable =
        view.node(name).map(Node::allocatable).orElse(Collections.emptySortedMap());
    return maker.of(name, view.inventory(name), allocatable);
  }

  Freshness freshness(String name) {
    if (!view.knowsHeartbeats()) {
      return Freshness.fresh();
    }
    Optional<Instant> heard = view.heartbeat(name);
    return heard.isPresent() && !heard.get().plus(maxAge).isBefore(now)
        ? Freshness.fresh()
        : Freshness.stale("its agent has not been heard of");
  }
}
