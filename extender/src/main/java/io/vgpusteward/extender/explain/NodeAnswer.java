package io.vgpusteward.extender.explain;

import io.vgpusteward.cluster.Keys;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.placement.Freshness;
import io.vgpusteward.vgpu.placement.Verdict;
import io.vgpusteward.vgpu.placement.VgpuRequest;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one node says to a request.
 *
 * @param allocatable how many devices of each requested resource the kubelet gives out
 * @param taken how many of these pods hold
 * @param schedulable whether the node is not cordoned
 * @param required the profiles whose label the guest requires of a node
 * @param lacking those of them whose label the node does not have
 */
public record NodeAnswer(
    String node,
    Optional<NodeInventory> inventory,
    SortedMap<ResourceName, Integer> allocatable,
    SortedMap<ResourceName, Integer> taken,
    Verdict verdict,
    Freshness freshness,
    boolean schedulable,
    SortedSet<String> required,
    SortedSet<String> lacking) {
  public NodeAnswer {
    allocatable = Collections.unmodifiableSortedMap(new TreeMap<>(allocatable));
    taken = Collections.unmodifiableSortedMap(new TreeMap<>(taken));
    required = Collections.unmodifiableSortedSet(new TreeSet<>(required));
    lacking = Collections.unmodifiableSortedSet(new TreeSet<>(lacking));
  }

  /** How many devices nobody holds; never below 0. */
  public int free(ResourceName resource) {
    return Math.max(0, allocatable.getOrDefault(resource, 0) - taken.getOrDefault(resource, 0));
  }

  /** The same of all requested resources. */
  public SortedMap<ResourceName, Integer> free() {
    SortedMap<ResourceName, Integer> free = new TreeMap<>();
    allocatable.keySet().forEach(resource -> free.put(resource, free(resource)));
    return free;
  }

  /** Whether as many devices are free as are asked for. */
  public boolean hasRoom(VgpuRequest request) {
    return request.resources().entrySet().stream()
        .allMatch(entry -> free(entry.getKey()) >= entry.getValue().count());
  }

  /** The verdict's sentence, and what else keeps the guest from the node or lets it in. */
  public String why() {
    StringBuilder why = new StringBuilder(verdict.sentence());
    if (!schedulable) {
      why.append("; the node is cordoned");
    }
    if (!required.isEmpty()) {
      why.append(
          lacking.isEmpty()
              ? "; the node has the label that is required"
              : "; the node lacks the label " + label(lacking.first()));
    }
    return why.toString();
  }

  static String label(String profile) {
    return Keys.PROFILE_LABEL_PREFIX + profile + "=true";
  }
}
