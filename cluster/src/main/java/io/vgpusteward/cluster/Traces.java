package io.vgpusteward.cluster;

import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What stands in a guest that this program may have put there, beside devices and cloud-init.
 *
 * @param podProfile the annotation {@link Keys#PROFILE} that reaches the launcher pod: of the
 *     template, or of the instance itself
 * @param requiredProfiles the profiles whose node label each term of its required node affinity
 *     demands; an empty term, which matches no node, is passed over
 * @param matchesNoNode whether there are such terms and no others: nothing more can be demanded
 * @param framebufferGib the marker {@link Keys#FRAMEBUFFER_GIB}; 0 where there is none
 * @param schedulerName the scheduler that it names, whoever put it there
 */
public record Traces(
    Optional<String> podProfile,
    SortedSet<String> requiredProfiles,
    boolean matchesNoNode,
    int framebufferGib,
    Optional<String> schedulerName) {
  /** Nothing. */
  public static final Traces NONE =
      new Traces(Optional.empty(), Collections.emptySortedSet(), false, 0, Optional.empty());

  public Traces {
    requiredProfiles =
        requiredProfiles.isEmpty()
            ? Collections.emptySortedSet()
            : Collections.unmodifiableSortedSet(new TreeSet<>(requiredProfiles));
  }

  /** One of a guest whose node affinity, if it has any, some node can match. */
  public Traces(
      Optional<String> podProfile,
      SortedSet<String> requiredProfiles,
      int framebufferGib,
      Optional<String> schedulerName) {
    this(podProfile, requiredProfiles, false, framebufferGib, schedulerName);
  }

  /** Whether it runs on no node without the labels of these profiles. */
  public boolean requires(Collection<String> profiles) {
    return matchesNoNode || requiredProfiles.containsAll(profiles);
  }
}
