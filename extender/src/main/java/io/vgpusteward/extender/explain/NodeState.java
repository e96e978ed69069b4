package io.vgpusteward.extender.explain;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.InventoryAge;
import io.vgpusteward.cluster.Node;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.placement.Freshness;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is known of a node that has GPUs.
 *
 * @param allocatable how many devices of each resource of GPUs the kubelet gives out
 * @param taken how many of these pods hold
 * @param freshness of the inventory
 * @param schedulable whether the node is not cordoned
 */
public record NodeState(
    String node,
    Optional<NodeInventory> inventory,
    SortedMap<ResourceName, Integer> allocatable,
    SortedMap<ResourceName, Integer> taken,
    Freshness freshness,
    boolean schedulable) {
  public NodeState {
    allocatable = Collections.unmodifiableSortedMap(new TreeMap<>(allocatable));
    taken = Collections.unmodifiableSortedMap(new TreeMap<>(taken));
  }

  /** All nodes with an inventory or with a resource of GPUs, by name. */
  public static List<NodeState> all(ClusterView view, Instant now, Duration maxAge) {
    PermittedDevices permitted = view.permitted();
    Set<ResourceName> pci =
        permitted.entries().stream()
            .filter(entry -> entry.kind() == PermittedDevice.Kind.PCI)
            .map(PermittedDevice::resource)
            .collect(Collectors.toSet());
    return view.supplies().keySet().stream()
        .sorted()
        .map(name -> of(name, view, pci, InventoryAge.of(view, name, now, maxAge)))
        .filter(state -> state.inventory.isPresent() || !state.allocatable.isEmpty())
        .toList();
  }

  private static NodeState of(
      String name, ClusterView view, Set<ResourceName> pci, Freshness freshness) {
    Optional<Node> node = view.node(name);
    SortedMap<ResourceName, Integer> holds = view.launchers().taken(name);
    SortedMap<ResourceName, Integer> allocatable = new TreeMap<>();
    node.ifPresent(one -> allocatable.putAll(one.allocatable()));
    allocatable
        .keySet()
        .removeIf(resource -> resource.profile().isEmpty() && !pci.contains(resource));
    SortedMap<ResourceName, Integer> taken = new TreeMap<>();
    allocatable.keySet().forEach(resource -> taken.put(resource, holds.getOrDefault(resource, 0)));
    return new NodeState(
        name,
        view.inventory(name),
        allocatable,
        taken,
        freshness,
        node.map(Node::schedulable).orElse(true));
  }

  /** How many devices nobody holds; never below 0. */
  public int free(ResourceName resource) {
    return Math.max(0, allocatable.getOrDefault(resource, 0) - taken.getOrDefault(resource, 0));
  }
}
