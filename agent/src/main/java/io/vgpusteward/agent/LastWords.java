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
  /** What was published of a GPU. */
  public record Gpu(SortedMap<Long, Profile> offered, OptionalInt frameBufferGib) {}

  public LastWords {
    conditions = List.copyOf(conditions);
    gpus = Map.copyOf(gpus);
  }

  /** Nothing was published. */
  public static LastWords none() {
    return new LastWords(List.of(), Map.of());
  }
}
