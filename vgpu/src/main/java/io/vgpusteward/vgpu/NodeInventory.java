package io.vgpusteward.vgpu;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The GPUs of a node and what their virtual functions carry, as the node's agent published it.
 *
 * @param node the node's name
 * @param ready whether the agent vouches for it; without that it is what was known last, or nothing
 * @param message what the agent says about that
 * @param notAdvertised what the agent says where the kubelet gives out something else than VFs that
 *     carry a profile ({@link AdvertisedReasons#mayMislead}); empty where it does not, and where
 *     the agent does not say
 * @param gpus in the order of their addresses, as published
 */
public record NodeInventory(
    String node,
    boolean ready,
    Optional<String> message,
    Optional<String> notAdvertised,
    List<Gpu> gpus) {
  public NodeInventory {
    gpus = List.copyOf(gpus);
  }

  /** An inventory whose agent says nothing against what the kubelet gives out. */
  public NodeInventory(String node, boolean ready, Optional<String> message, List<Gpu> gpus) {
    this(node, ready, message, Optional.empty(), gpus);
  }

  /** An inventory that the agent vouches for. */
  public static NodeInventory of(String node, Gpu... gpus) {
    return new NodeInventory(node, true, Optional.empty(), List.of(gpus));
  }

  /** How many VFs of the node carry the profile now, held or not. */
  public int carries(Profile profile) {
    return gpus.stream().mapToInt(gpu -> gpu.carries(profile)).sum();
  }

  /** How many VFs carry each profile now; profiles that none carries are absent. */
  public SortedMap<Profile, Integer> carried() {
    SortedMap<Profile, Integer> counts = new TreeMap<>();
    gpus.stream()
        .flatMap(gpu -> gpu.vfs().stream())
        .flatMap(vf -> vf.current().stream())
        .forEach(profile -> counts.merge(profile, 1, Integer::sum));
    return Collections.unmodifiableSortedMap(counts);
  }

  /**
   * At most how many VFs of the node can ever carry the profile at the same time, whatever they
   * carry now; see {@link Gpu#mostEver}. It is 0 for a profile that the node is not known to have;
   * whether that is certain says {@link #rulesOut}.
   */
  public int mostEver(Profile profile) {
    return gpus.stream().mapToInt(gpu -> gpu.mostEver(profile)).sum();
  }

  /**
   * Whether it is certain that no VF of the node will ever carry the profile, short of other
   * hardware. An inventory that is not {@link #ready} rules nothing out.
   */
  public boolean rulesOut(Profile profile) {
    return ready && gpus.stream().allMatch(gpu -> gpu.rulesOut(profile));
  }

  /**
   * The PCI ids of GPUs that are passed through whole, and of GPUs with a VF that is: KubeVirt
   * would hand these out under the resource of a vGPU with the same id.
   */
  public Set<PciId> passedThroughIds() {
    return gpus.stream()
        .filter(gpu -> gpu.passedThrough() || gpu.vfs().stream().anyMatch(Vf::passedThrough))
        .flatMap(gpu -> gpu.pciId().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** All profiles that VFs of the node carry, or that a driver listed for them at some time. */
  public SortedSet<Profile> knownProfiles() {
    TreeSet<Profile> known = new TreeSet<>();
    gpus.forEach(gpu -> known.addAll(gpu.knownProfiles()));
    return Collections.unmodifiableSortedSet(known);
  }
}
