package io.vgpusteward.cluster;

import io.vgpusteward.vgpu.ResourceName;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The devices of a guest, or of the template of guests.
 *
 * @param listed the {@code deviceName}s of its {@code gpus} and {@code hostDevices}, and how often
 *     each stands there; claims by DRA have none
 * @param hasHostDevices whether there is anything in {@code hostDevices}
 * @param instancetype the instancetype that brings more of them
 */
public record GuestDevices(
    SortedMap<ResourceName, Integer> listed,
    boolean hasHostDevices,
    Optional<InstancetypeReference> instancetype) {
  /** No device and no instancetype. */
  public static final GuestDevices NONE =
      new GuestDevices(Collections.emptySortedMap(), false, Optional.empty());

  public GuestDevices {
    listed =
        listed.isEmpty()
            ? Collections.emptySortedMap()
            : Collections.unmodifiableSortedMap(new TreeMap<>(listed));
  }
}
