package io.vgpusteward.cluster;

import io.vgpusteward.vgpu.ResourceName;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A pod that a virtual machine runs in or is about to, and that has not finished: it holds its
 * devices from the moment it is bound to a node until it finishes or goes.
 *
 * @param node the node that it is bound to; empty while it is pending
 * @param guest the name of its VirtualMachineInstance, in the same namespace
 * @param devices how many it asks for of each extended resource, without KubeVirt's own and the
 *     marker
 * @param profile the annotation {@link Keys#PROFILE}, verbatim; virt-controller copies it from the
 *     instance
 * @param priority {@code spec.priority}, 0 where there is none
 * @param scheduler {@code spec.schedulerName}
 * @param unschedulable what its scheduler said when it last could not place it
 * @param marked whether it carries the marker {@link Keys#FRAMEBUFFER_GIB}
 */
public record LauncherPod(
    String namespace,
    String name,
    String uid,
    Optional<String> node,
    Optional<String> guest,
    SortedMap<ResourceName, Integer> devices,
    Optional<String> profile,
    int priority,
    Optional<String> scheduler,
    Optional<String> unschedulable,
    boolean marked) {
  public LauncherPod {
    devices =
        devices.isEmpty()
            ? Collections.emptySortedMap()
            : Collections.unmodifiableSortedMap(new TreeMap<>(devices));
  }

  @Override
  public String toString() {
    return "Pod " + namespace + "/" + name;
  }
}
