package io.vgpusteward.agent;

import io.vgpusteward.agent.report.Condition;
import io.vgpusteward.vgpu.Profile;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;

/**
 * What an agent before published and this one cannot see any more.
 *
 * @param gpus by the address of the physical function
 */
public record LastWords(List<Condition> conditions, Map<String, Gpu> gpus) {
  /**
   * What was published of a GPU.
   *
   * @param frameBufferGib as the driver's list has shown it; empty where it comes from elsewhere
   */
  public record Gpu(SortedMap<Long, Profile> offered, OptionalInt frameBufferGib) {
    /**
     * A table may have said how much frame buffer there is. Only where the profile of all of it was
     * listed was the list seen in full, which is what one who reads this makes of a number.
     */
    public Gpu {
      int gib = frameBufferGib.orElse(-1);
      if (offered.values().stream()
          .noneMatch(profile -> !profile.isMigBacked() && profile.sizeGib() == gib)) {
        frameBufferGib = OptionalInt.empty();
      }
    }
  }

  public LastWords {
    conditions = List.copyOf(conditions);
    gpus = Map.copyOf(gpus);
  }

  /** Nothing was published. */
  public static LastWords none() {
    return new LastWords(List.of(), Map.of());
  }
}
