package io.vgpusteward.cluster;

import io.vgpusteward.vgpu.ResourceName;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An object that asks for host devices, running or not.
 *
 * @param namespace empty for an object of the whole cluster
 * @param devices how many it asks for of each resource; for a set, how many each guest of it does
 */
public record DeviceUser(
    Kind kind, String namespace, String name, SortedMap<ResourceName, Integer> devices) {
  /** The kinds that ask for devices, by their names in the API, the most telling first. */
  public enum Kind {
    VirtualMachine,
    VirtualMachineInstance,
    Pod,
    VirtualMachineInstanceReplicaSet,
    VirtualMachinePool,
    VirtualMachineInstancetype,
    VirtualMachineClusterInstancetype,
    ControllerRevision
  }

  public DeviceUser {
    devices = Collections.unmodifiableSortedMap(new TreeMap<>(devices));
  }

  @Override
  public String toString() {
    return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
  }
}
