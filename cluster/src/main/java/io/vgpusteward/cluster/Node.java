package io.vgpusteward.cluster;

import io.vgpusteward.vgpu.ResourceName;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What this program needs to know of a node.
 *
 * @param schedulable whether it is not cordoned ({@code spec.unschedulable})
 * @param allocatable how many of each extended resource the kubelet gives out, 0 included; without
 *     those of KubeVirt itself ({@code devices.kubevirt.io/kvm})
 * @param capacity the same, as the device plugins have registered them
 * @param profiles the profiles whose label {@link Keys#PROFILE_LABEL_PREFIX} is {@code "true"}
 */
public record Node(
    String name,
    boolean schedulable,
    SortedMap<ResourceName, Integer> allocatable,
    SortedMap<ResourceName, Integer> capacity,
    SortedSet<String> profiles) {
  public Node {
    allocatable = copy(allocatable);
    capacity = capacity.equals(allocatable) ? allocatable : copy(capacity);
    profiles =
        profiles.isEmpty()
            ? Collections.emptySortedSet()
            : Collections.unmodifiableSortedSet(new TreeSet<>(profiles));
  }

  private static SortedMap<ResourceName, Integer> copy(SortedMap<ResourceName, Integer> map) {
    return map.isEmpty()
        ? Collections.emptySortedMap()
        : Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }
}
