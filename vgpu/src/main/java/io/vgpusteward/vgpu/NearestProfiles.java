package io.vgpusteward.vgpu;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds the profiles that somebody may have meant who wrote one that is not there. */
public final class NearestProfiles {
  private NearestProfiles() {}

  /**
   * The profiles that are near to a name, the nearest first: those that a few letters would make of
   * it, then those of the same board, by how near their sizes are.
   *
   * @param name what was written, a profile or not
   * @param limit the most that are given
   */
  public static List<Profile> of(String name, Collection<Profile> known, int limit) {
    int letters = Math.max(1, name.length() / 4);
    return known.stream()
        .distinct()
        .filter(profile -> distance(name, profile) <= letters || isOfItsBoard(name, profile))
        .sorted(
            Comparator.<Profile>comparingInt(profile -> distance(name, profile))
                .thenComparingInt(profile -> sizeApart(name, profile))
                .thenComparing(Comparator.naturalOrder()))
        .limit(limit)
        .toList();
  }

  private static boolean isOfItsBoard(String name, Profile profile) {
    return Profile.parse(name).filter(meant -> meant.board().equals(profile.board())).isPresent();
  }

  private static int sizeApart(String name, Profile profile) {
    return Profile.parse(name)
        .map(meant -> Math.abs(meant.sizeGib() - profile.sizeGib()))
        .orElse(0);
  }

  private static int distance(String name, Profile profile) {
    return EditDistance.between(name, profile.name());
  }
}
