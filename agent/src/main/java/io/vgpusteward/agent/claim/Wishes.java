package io.vgpusteward.agent.claim;

import io.vgpusteward.vgpu.Board;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevice.Kind;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which functions may come of a resource, rather too many than too few. */
record Wishes(PermittedDevices permitted) {
  private static final String NVIDIA = "nvidia.com/";

  /**
   * The PCI ids of the cards that the resource may be served from; no ids where it may be any card
   * of NVIDIA; empty where it is none.
   *
   * <p>These are the ids of all entries with its name, also of those that lose to a later entry
   * with the same id, and of those that another device plugin serves: what was handed out before
   * the list was changed is still held. What the list lacks counts by its name, for the same
   * reason.
   */
  Optional<Set<PciId>> ids(ResourceName resource) {
    List<PermittedDevice> entries =
        permitted.entries().stream().filter(entry -> entry.resource().equals(resource)).toList();
    Set<PciId> ids =
        entries.stream().flatMap(entry -> entry.pciId().stream()).collect(Collectors.toSet());
    if (!ids.isEmpty()) {
      return Optional.of(ids);
    }
    if (!entries.isEmpty() && entries.stream().noneMatch(entry -> entry.kind() == Kind.PCI)) {
      return Optional.empty();
    }
    Optional<Set<PciId>> named = resource.profile().map(Profile::board).map(Board::pciIds);
    return named.or(
        () -> resource.value().startsWith(NVIDIA) ? Optional.of(Set.of()) : Optional.empty());
  }
}
