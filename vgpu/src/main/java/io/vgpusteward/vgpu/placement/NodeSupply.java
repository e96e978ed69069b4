package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the device plugins of one node could hand out. It never changes, and is counted when it is
 * made: a verdict costs one look-up for each resource that is asked for, however many VFs there
 * are. Any thread may read it.
 */
public final class NodeSupply {
  private final String node;
  private final Optional<NodeInventory> inventory;

  /** Each verdict asks; a hash is a look-up, a tree as many as it is deep. */
  private final Map<ResourceName, Integer> allocatable;

  private final Served served;
  private final Map<ResourceName, Devices> devices;

  /** A verdict is the same for all threads, so it does not matter which of them keeps it. */
  private @Nullable Judged judged;

  /** What was answered to whom. */
  record Judged(VgpuRequest request, Verdict verdict) {}

  NodeSupply(
      String node,
      Optional<NodeInventory> inventory,
      SortedMap<ResourceName, Integer> allocatable,
      Served served,
      Map<ResourceName, Devices> devices) {
    this.node = node;
    this.inventory = inventory;
    this.allocatable = Map.copyOf(allocatable);
    this.served = served;
    this.devices = devices;
  }

  /**
   * The supply of a node. For many nodes under one list a {@link SupplyMaker} costs less.
   *
   * @param inventory what the node's agent has published; empty where it has not
   * @param allocatable how many of each extended resource the kubelet gives out
   */
  public static NodeSupply of(
      String node,
      Optional<NodeInventory> inventory,
      SortedMap<ResourceName, Integer> allocatable,
      PermittedDevices permitted) {
    return new SupplyMaker(permitted).of(node, inventory, allocatable);
  }

  public String node() {
    return node;
  }

  public Optional<NodeInventory> inventory() {
    return inventory;
  }

  public PermittedDevices permitted() {
    return served.permitted();
  }

  /** How many devices of the resource the kubelet gives out; 0 where it knows none. */
  public int allocatable(ResourceName resource) {
    return allocatable.getOrDefault(resource, 0);
  }

  /** The last verdict on this supply, where its inventory was fresh; null before the first. */
  @Nullable Judged judged() {
    return judged;
  }

  /** Keeps the verdict for the next who asks the same. */
  void judged(Judged now) {
    judged = now;
  }

  Served served() {
    return served;
  }

  /** The functions behind a resource that KubeVirt serves. */
  Devices devices(ResourceName resource) {
    return devices.getOrDefault(resource, Devices.NONE);
  }

  @Override
  public String toString() {
    return "NodeSupply of " + node + " " + new TreeMap<>(allocatable) + " " + devices;
  }
}
