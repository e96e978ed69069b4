package io.vgpusteward.agent.reconcile;

import io.vgpusteward.vgpu.Profile;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How much fits on a GPU. An estimate that spares writes which cannot work; the driver's lists
 * decide.
 *
 * @param frameBufferGib all of the GPU's, where it is known
 * @param isMixed whether sizes mix
 */
record Room(OptionalInt frameBufferGib, boolean isMixed) {
  /** How many time-sliced vGPUs one GPU can have at most (facts of the driver, all boards). */
  private static final int MOST_TIME_SLICED = 32;

  /**
   * How many of a profile fit beside others; empty where only the driver can say.
   *
   * @param others the profiles that the GPU's other functions have or are to have, empty for those
   *     without a known name
   */
  OptionalInt beside(Collection<Optional<Profile>> others, Optional<Profile> profile) {
    OptionalInt size = Function.size(profile);
    if (size.isEmpty() || frameBufferGib.isEmpty()) {
      return OptionalInt.empty();
    }
    int each = halves(size.getAsInt());
    int all = 2 * frameBufferGib.getAsInt();
    int places = Math.min(MOST_TIME_SLICED, all / each) - others.size();
    int left = all;
    for (Optional<Profile> other : others) {
      OptionalInt its = Function.size(other);
      left -= its.isPresent() ? halves(its.getAsInt()) : each;
    }
    int fit = isMixed ? Math.min(MOST_TIME_SLICED - others.size(), left / each) : places;
    return OptionalInt.of(Math.max(0, fit));
  }

  private static int halves(int sizeGib) {
    return sizeGib == 0 ? 1 : 2 * sizeGib;
  }
}
