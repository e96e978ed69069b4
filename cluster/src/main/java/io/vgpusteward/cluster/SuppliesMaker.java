package io.vgpusteward.cluster;

import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.placement.NodeSupply;
import io.vgpusteward.vgpu.placement.SupplyMaker;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the supplies of all nodes for one view after the other. That of a node stays the same
 * object while its inventory does and nothing else changes that counts for it; all stay while there
 * are the same maps and an equal permitted list. For one thread.
 */
public final class SuppliesMaker {
  private PermittedDevices permitted = PermittedDevices.none();
  private SupplyMaker maker = new SupplyMaker(permitted);
  private Map<String, Node> nodes = Map.of();
  private Map<String, NodeInventory> inventories = Map.of();
  private Map<String, Made> made = Map.of();
  private Map<String, NodeSupply> supplies = Map.of();

  private record Made(
      @Nullable NodeInventory inventory,
      SortedMap<ResourceName, Integer> allocatable,
      NodeSupply supply) {
    @SuppressWarnings("ReferenceEquality") // An equal one would have to be walked to be known so.
    boolean isOf(
        @Nullable NodeInventory nowInventory, SortedMap<ResourceName, Integer> nowAllocatable) {
      return inventory == nowInventory && allocatable.equals(nowAllocatable);
    }
  }

  /**
   * The supply of each node and of each inventory whose node is gone, by name; the maps must not
   * change any more.
   */
  @SuppressWarnings("ReferenceEquality") // Equal ones would have to be walked to be known as such.
  public Map<String, NodeSupply> make(
      PermittedDevices nowPermitted,
      Map<String, Node> nowNodes,
      Map<String, NodeInventory> nowInventories) {
    boolean samePermitted = nowPermitted.equals(permitted);
    if (samePermitted && nodes == nowNodes && inventories == nowInventories) {
      return supplies;
    }
    if (!samePermitted) {
      permitted = nowPermitted;
      maker = new SupplyMaker(permitted);
      made = Map.of();
    }
    nodes = nowNodes;
    inventories = nowInventories;
    Set<String> names = new HashSet<>(nodes.keySet());
    names.addAll(inventories.keySet());
    Map<String, Made> next = new HashMap<>();
    Map<String, NodeSupply> shown = new HashMap<>();
    for (String name : names) {
      Made one = of(name);
      next.put(name, one);
      shown.put(name, one.supply());
    }
    made = next;
    supplies = Collections.unmodifiableMap(shown);
    return supplies;
  }

  private Made of(String name) {
    Node node = nodes.get(name);
    SortedMap<ResourceName, Integer> allocatable =
        node == null ? Collections.emptySortedMap() : node.allocatable();
    NodeInventory inventory = inventories.get(name);
    Made before = made.get(name);
    return before != null && before.isOf(inventory, allocatable)
        ? before
        : new Made(
            inventory, allocatable, maker.of(name, Optional.ofNullable(inventory), allocatable));
  }
}
