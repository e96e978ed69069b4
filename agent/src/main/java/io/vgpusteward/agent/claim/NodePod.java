package io.vgpusteward.agent.claim;

import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.Vf;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A pod that is bound to this node.
 *
 * @param finished whether its phase is {@code Succeeded} or {@code Failed}
 * @param virtualMachine the machine that runs in it, by the label {@code vm.kubevirt.io/name} or by
 *     the VirtualMachineInstance that controls it
 * @param devices how many it asks for of each extended resource, as kube-scheduler counts it;
 *     KubeVirt's own and this program's do no harm
 */
public record NodePod(
    String namespace,
    String name,
    boolean finished,
    Optional<String> virtualMachine,
    SortedMap<ResourceName, Integer> devices) {
  public NodePod {
    devices = Collections.unmodifiableSortedMap(new TreeMap<>(devices));
  }

  /** It as who has a virtual function. */
  public Vf.Holder holder() {
    return new Vf.Holder(namespace, name, virtualMachine);
  }
}
