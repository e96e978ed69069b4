package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Makes the supplies of nodes under one permitted list, which they share. It costs one pass over
 * the node's VFs.
 */
public final class SupplyMaker {
  private final Served served;

  public SupplyMaker(PermittedDevices permitted) {
    served = new Served(permitted);
  }

  /** The supply of a node; see {@link NodeSupply#of}. */
  public NodeSupply of(
      String node,
      Optional<NodeInventory> inventory,
      SortedMap<ResourceName, Integer> allocatable) {
    Map<ResourceName, Devices.Counter> counters = new HashMap<>();
    for (Gpu gpu : inventory.map(NodeInventory::gpus).orElse(List.of())) {
      boolean certain = served.isCertain(gpu);
      for (ResourceName resource : served.serving(gpu)) {
        counters.computeIfAbsent(resource, name -> new Devices.Counter()).add(gpu, certain);
      }
    }
    Map<ResourceName, Devices> devices = new HashMap<>();
    counters.forEach((resource, counter) -> devices.put(resource, counter.made()));
    return new NodeSupply(node, inventory, allocatable, served, Map.copyOf(devices));
  }
}
