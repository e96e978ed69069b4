package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.Profile;
import java.util.Optional;

/**
 * What a pod wants of one resource.
 *
 * @param count how many devices, 1 or more
 * @param profile what each of them must carry; empty where nothing names one and any will do
 */
public record Wanted(int count, Optional<Profile> profile) {
  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException when it is less than 1
   */
  public Wanted {
    if (count < 1) {
      throw new IllegalArgumentException("nobody wants " + count + " devices");
    }
  }

  /** Devices that carry the profile. */
  public static Wanted of(int count, Profile profile) {
    return new Wanted(count, Optional.of(profile));
  }

  /** Devices of any kind. */
  public static Wanted any(int count) {
    return new Wanted(count, Optional.empty());
  }
}
