package io.vgpusteward.cluster.object;

import io.vgpusteward.vgpu.Profile;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The profiles that were read so far: inventories name the same few again and again, for each VF of
 * each node. Any thread may ask.
 */
final class KnownProfiles {
  /** More than NVIDIA has; what comes beyond, from whomever, is not remembered. */
  private static final int MOST = 10_000;

  private static final Map<String, Optional<Profile>> KNOWN = new ConcurrentHashMap<>();

  private KnownProfiles() {}

  /** See {@link Profile#parse}. */
  static Optional<Profile> parse(String name) {
    Optional<Profile> known = KNOWN.get(name);
    if (known != null) {
      return known;
    }
    Optional<Profile> parsed = Profile.parse(name);
    if (parsed.isPresent() && KNOWN.size() < MOST) {
      KNOWN.put(name, parsed);
    }
    return parsed;
  }
}
