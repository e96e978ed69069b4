package io.vgpusteward.agent.advertised;

import io.vgpusteward.vgpu.Board;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevice.Kind;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What KubeVirt serves from which card: the last entry with an id has it (device_controller.go).
 */
final class Serving {
  private static final String NVIDIA = "10DE:";

  private final PermittedDevices permitted;
  private final Map<PciId, ResourceName> owners = new HashMap<>();

  Serving(PermittedDevices permitted) {
    this.permitted = permitted;
    inTree().forEach(entry -> entry.pciId().ifPresent(id -> owners.put(id, entry.resource())));
  }

  Optional<ResourceName> owner(PciId id) {
    return Optional.ofNullable(owners.get(id));
  }

  /** The resources that are, or were before another entry took their id, served from GPUs. */
  Set<ResourceName> resources() {
    return inTree()
        .filter(entry -> entry.pciId().filter(id -> id.value().startsWith(NVIDIA)).isPresent())
        .map(PermittedDevice::resource)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The resources for which another device plugin offers the card. */
  Set<ResourceName> external(PciId id) {
    return pci()
        .filter(PermittedDevice::external)
        .filter(entry -> entry.pciId().filter(id::equals).isPresent())
        .map(PermittedDevice::resource)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The entry that is named after a profile of the card, and selects something else. */
  Optional<PermittedDevice> misdirected(PciId id, Set<Profile> carried) {
    List<PermittedDevice> named =
        pci()
            .filter(entry -> entry.pciId().filter(id::equals).isEmpty())
            .filter(
                entry -> entry.resource().profile().filter(it -> isOf(it, id, carried)).isPresent())
            .toList();
    return named.isEmpty() ? Optional.empty() : Optional.of(named.getLast());
  }

  /** Whether a profile is one of the card's, by what it carries or by the table of boards. */
  private static boolean isOf(Profile profile, PciId id, Set<Profile> carried) {
    return carried.stream().anyMatch(one -> one.board().equals(profile.board()))
        || Board.pciIds(profile.board()).contains(id);
  }

  private Stream<PermittedDevice> inTree() {
    return pci().filter(entry -> !entry.external());
  }

  private Stream<PermittedDevice> pci() {
    return permitted.entries().stream().filter(entry -> entry.kind() == Kind.PCI);
  }
}
