package io.vgpusteward.cluster;

import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.placement.NodeSupply;
import io.vgpusteward.vgpu.placement.SupplyMaker;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the supplies of all nodes for one view after the other. That of a node stays the same
 * object while its node and its inventory do and the permitted list is an equal one; a change of
 * one node costs the supply of that node. For one thread.
 */
public final class SuppliesMaker {
  private PermittedDevices permitted = PermittedDevices.none();
  private SupplyMaker maker = new SupplyMaker(permitted);
  private Shards<String, Node> nodes = Shards.none();
  private Shards<String, NodeInventory> inventories = Shards.none();
  private Shards<String, NodeSupply> supplies = Shards.none();

  /**
   * The supply of each node and of each inventory whose node is gone, by name; the maps must not
   * change any more.
   */
  public Map<String, NodeSupply> make(
      PermittedDevices nowPermitted,
      Map<String, Node> nowNodes,
      Map<String, NodeInventory> nowInventories) {
    if (!nowPermitted.equals(permitted)) {
      permitted = nowPermitted;
      maker = new SupplyMaker(permitted);
      nodes = Shards.none();
      inventories = Shards.none();
      supplies = Shards.none();
    }
    Shards<String, Node> nodesBefore = nodes;
    Shards<String, NodeInventory> inventoriesBefore = inventories;
    nodes = Shards.of(nowNodes);
    inventories = Shards.of(nowInventories);
    Set<String> changed = new HashSet<>(nodes.differing(nodesBefore));
    changed.addAll(inventories.differing(inventoriesBefore));
    for (String name : changed) {
      supplies =
          nodes.containsKey(name) || inventories.containsKey(name)
              ? supplies.plus(name, of(name))
              : supplies.minus(name);
    }
    return supplies;
  }

  private NodeSupply of(String name) {
    Node node = nodes.get(name);
    return maker.of(
        name,
        Optional.ofNullable(inventories.get(name)),
        node == null ? Collections.emptySortedMap() : node.allocatable());
  }
}
