package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.Board;
import io.vgpusteward.vgpu.Gpu;
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

/**
 * Who serves each resource of the permitted list, and from what.
 *
 * <p>Of entries that KubeVirt serves itself the last with a PCI id, or with the name of a mediated
 * type, gets the devices; the others get none (device_controller.go, supportedPCIDeviceMap).
 */
final class Served {
  private static final String NVIDIA = "10DE:";

  private final PermittedDevices permitted;
  private final Map<PciId, ResourceName> ids = new HashMap<>();
  private final Map<String, ResourceName> types = new HashMap<>();
  private final Map<ResourceName, Source> sources = new HashMap<>();
  private final Map<ResourceName, Set<Profile>> named = new HashMap<>();

  /** Where a resource's devices come from. */
  enum Source {
    /** KubeVirt's own plugin, from functions with the PCI ids of the resource. */
    FUNCTIONS,
    /** Another device plugin, or mediated devices: what they hand out is what they are named. */
    OTHERS,
    /** Both of these under one name. */
    BOTH,
    /** It is in the list, and no device can ever come of it. */
    NOTHING,
    /** It is not in the list. */
    UNLISTED
  }

  Served(PermittedDevices permitted) {
    this.permitted = permitted;
    for (PermittedDevice entry : permitted.entries()) {
      sources.put(entry.resource(), Source.NOTHING);
      if (!entry.external()) {
        entry.pciId().ifPresent(id -> ids.put(id, entry.resource()));
        if (entry.kind() == Kind.MEDIATED) {
          types.put(type(entry), entry.resource());
        }
      }
    }
    permitted.entries().forEach(this::add);
  }

  private void add(PermittedDevice entry) {
    ResourceName resource = entry.resource();
    if (entry.external()) {
      add(resource, Source.OTHERS);
      addNamed(resource, resource.profile());
    } else if (entry.kind() == Kind.MEDIATED && resource.equals(types.get(type(entry)))) {
      add(resource, Source.OTHERS);
      addNamed(resource, profileOf(type(entry)).or(resource::profile));
    } else if (entry.pciId().filter(id -> resource.equals(ids.get(id))).isPresent()) {
      add(resource, Source.FUNCTIONS);
    }
  }

  private void add(ResourceName resource, Source source) {
    sources.merge(
        resource, source, (old, now) -> old == Source.NOTHING || old == now ? now : Source.BOTH);
  }

  private void addNamed(ResourceName resource, Optional<Profile> profile) {
    profile.ifPresent(one -> named.computeIfAbsent(resource, name -> new TreeSet<>()).add(one));
  }

  /** KubeVirt writes underscores for the spaces in a type's name. */
  private static String type(PermittedDevice entry) {
    return entry.selector().replace(' ', '_').strip();
  }

  /** Of {@code NVIDIA_A10-12Q}, {@code GRID_V100D-8Q}. */
  private static Optional<Profile> profileOf(String type) {
    return Profile.parse(type.substring(type.lastIndexOf('_') + 1));
  }

  PermittedDevices permitted() {
    return permitted;
  }

  Source source(ResourceName resource) {
    return sources.getOrDefault(resource, Source.UNLISTED);
  }

  /** The profiles that the names of other plugins' or of mediated devices say; may be none. */
  Set<Profile> named(ResourceName resource) {
    return named.getOrDefault(resource, Set.of());
  }

  /** The entries of a resource, in their order. */
  List<PermittedDevice> entries(ResourceName resource) {
    return permitted.entries().stream().filter(entry -> entry.resource().equals(resource)).toList();
  }

  /** Which resource has what the entry selects, where KubeVirt serves that. */
  Optional<ResourceName> owner(PermittedDevice entry) {
    return entry.kind() == Kind.MEDIATED
        ? Optional.ofNullable(types.get(type(entry)))
        : entry.pciId().flatMap(this::owner);
  }

  private Optional<ResourceName> owner(PciId id) {
    return Optional.ofNullable(ids.get(id));
  }

  /**
   * The resources under which KubeVirt would hand out the GPU's functions: one at most where the id
   * is known; without it those that the ids of its board have, and all where nothing tells.
   */
  Set<ResourceName> serving(Gpu gpu) {
    Set<PciId> candidates = candidates(gpu);
    return candidates.isEmpty()
        ? ids.entrySet().stream()
            .filter(entry -> entry.getKey().value().startsWith(NVIDIA))
            .map(Map.Entry::getValue)
            .collect(Collectors.toSet())
        : candidates.stream().flatMap(id -> owner(id).stream()).collect(Collectors.toSet());
  }

  /** Whether {@link #serving} is certain: whichever id it is, it comes to the same. */
  boolean isCertain(Gpu gpu) {
    Set<PciId> candidates = candidates(gpu);
    return !candidates.isEmpty()
        && candidates.stream().map(this::owner).distinct().limit(2).count() == 1;
  }

  private static Set<PciId> candidates(Gpu gpu) {
    return gpu.pciId()
        .map(Set::of)
        .orElseGet(() -> gpu.board().map(Board::pciIds).orElse(Set.of()));
  }
}
