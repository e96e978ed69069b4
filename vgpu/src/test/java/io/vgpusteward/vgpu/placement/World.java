package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One node as it really is, and what is told of it.
 *
 * @param permitted the permitted list of its cluster
 * @param functions the GPUs and VFs that are there
 * @param advertised what the kubelet would pick from, by the resource's name
 * @param inventory what the node agent tells
 * @param isPlain whether all that is told is true and complete, so that there is no excuse for
 *     refusing what is right
 */
record World(
    PermittedDevices permitted,
    List<Function> functions,
    Map<String, List<Function>> advertised,
    Optional<NodeInventory> inventory,
    Freshness freshness,
    VgpuRequest request,
    boolean isPlain) {
  /**
   * A PCI function, or a device of another plugin.
   *
   * @param id vendor and device, in lower case as sysfs has it
   * @param isPhysical whether it is a GPU itself
   * @param isDetached whether {@code vfio-pci} has it
   * @param type what it carries when KubeVirt scans and the kubelet learns of it; empty for nothing
   * @param picked what it carries when a guest gets it
   */
  record Function(
      String address,
      String id,
      boolean isPhysical,
      boolean isDetached,
      String type,
      String picked) {}

  /** What the API server says of the node. */
  SortedMap<ResourceName, Integer> allocatable() {
    SortedMap<ResourceName, Integer> counts = new TreeMap<>();
    advertised.forEach((name, devices) -> counts.put(new ResourceName(name), devices.size()));
    return counts;
  }

  NodeSupply supply() {
    return NodeSupply.of("n", inventory, allocatable(), permitted);
  }
}
