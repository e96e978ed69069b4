package io.vgpusteward.cluster;

import io.vgpusteward.vgpu.ResourceName;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Who asks for which host devices; immutable. Lists are in the order of {@link DeviceUser.Kind},
 * then of namespace and name.
 *
 * <p>It is put together of parts which are made when they are first asked for, and which views
 * share as long as nothing under them changes: a view that nobody asks costs nothing. The first
 * question walks all guests once (a few milliseconds for 10,000), later ones are look-ups.
 */
public final class DeviceUsers {
  private final List<Supplier<DeviceIndex>> parts;

  /** The parts, in the order of the kinds in them; each supplier gives the same object always. */
  DeviceUsers(List<Supplier<DeviceIndex>> parts) {
    this.parts = List.copyOf(parts);
  }

  public static DeviceUsers none() {
    return new DeviceUsers(List.of());
  }

  /** Exactly these. */
  public static DeviceUsers of(Collection<DeviceUser> users) {
    DeviceIndex index = DeviceIndex.of(users);
    return new DeviceUsers(List.of(() -> index));
  }

  /** Who asks for the resource. */
  public List<DeviceUser> of(ResourceName resource) {
    return parts.stream().flatMap(part -> part.get().of(resource).stream()).toList();
  }

  /** All resources that anybody asks for. */
  public SortedSet<ResourceName> resources() {
    SortedSet<ResourceName> all = new TreeSet<>();
    parts.forEach(part -> all.addAll(part.get().resources()));
    return Collections.unmodifiableSortedSet(all);
  }

  /** Everybody, each once. */
  public List<DeviceUser> all() {
    return parts.stream().flatMap(part -> part.get().all().stream()).toList();
  }

  /**
   * Those that have {@code hostDevices}, by themselves or by their instancetype, and so need
   * KubeVirt's gate {@link KubeVirt#HOST_DEVICES_GATE}; claims by DRA count.
   */
  public List<DeviceUser> withHostDevices() {
    return parts.stream().flatMap(part -> part.get().withHostDevices().stream()).toList();
  }

  /** Whether anybody asks for the resource. */
  public boolean isUsed(ResourceName resource) {
    return parts.stream().anyMatch(part -> !part.get().of(resource).isEmpty());
  }

  @Override
  public String toString() {
    return "users of " + resources();
  }
}
