package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which profiles a node deserves the label of, for guests that find their node by affinity. */
public final class ProfileLabels {
  private ProfileLabels() {}

  /**
   * The profiles of which one device, asked for by its resource, {@linkplain Verdict.Fits fits} the
   * node now.
   *
   * <p>The label does not say by which resource the profile came. So where several bring it, each
   * that the node gives out at all must fit: a guest with any of them may follow the label.
   */
  public static SortedSet<Profile> of(NodeSupply supply, Freshness freshness) {
    SortedSet<Profile> candidates = new TreeSet<>(supply.permitted().profiles());
    supply
        .inventory()
        .map(NodeInventory::carried)
        .ifPresent(all -> candidates.addAll(all.keySet()));
    candidates.removeIf(profile -> !deserves(profile, supply, freshness));
    return Collections.unmodifiableSortedSet(candidates);
  }

  private static boolean deserves(Profile profile, NodeSupply supply, Freshness freshness) {
    Set<ResourceName> given =
        bringing(profile, supply.permitted()).stream()
            .filter(resource -> supply.allocatable(resource) > 0)
            .collect(Collectors.toSet());
    return !given.isEmpty()
        && given.stream().allMatch(resource -> fits(profile, resource, supply, freshness));
  }

  private static boolean fits(
      Profile profile, ResourceName resource, NodeSupply supply, Freshness freshness) {
    TreeMap<ResourceName, Wanted> one = new TreeMap<>();
    one.put(resource, Wanted.of(1, profile));
    return Verdicts.of(new VgpuRequest(one), supply, freshness).fits();
  }

  private static Set<ResourceName> bringing(Profile profile, PermittedDevices permitted) {
    Set<ResourceName> resources =
        permitted.entries().stream()
            .filter(entry -> entry.kind() == PermittedDevice.Kind.PCI)
            .map(PermittedDevice::resource)
            .filter(resource -> resource.profile().filter(profile::equals).isPresent())
            .collect(Collectors.toCollection(TreeSet::new));
    permitted.resourceFor(profile).ifPresent(resources::add);
    return resources;
  }
}
