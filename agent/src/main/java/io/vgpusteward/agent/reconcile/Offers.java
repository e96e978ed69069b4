package io.vgpusteward.agent.reconcile;

import io.vgpusteward.vgpu.Profile;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that the driver ever listed for the virtual functions of one GPU.
 *
 * @param types by their numbers there
 * @param frameBufferGib all of the GPU's frame buffer; known once the lists were seen while nothing
 *     was set, since the largest time-sliced profile has all of it
 */
public record Offers(SortedMap<Long, Profile> types, OptionalInt frameBufferGib) {
  public Offers {
    types = Collections.unmodifiableSortedMap(new TreeMap<>(types));
  }

  /** Nothing was seen yet. */
  public static Offers none() {
    return new Offers(Collections.emptySortedMap(), OptionalInt.empty());
  }

  /** The profile with that number. */
  public Optional<Profile> named(long type) {
    return Optional.ofNullable(types.get(type));
  }

  Offers with(Map<Long, Profile> seen) {
    SortedMap<Long, Profile> all = new TreeMap<>(types);
    all.putAll(seen);
    return new Offers(all, frameBufferGib);
  }
}
