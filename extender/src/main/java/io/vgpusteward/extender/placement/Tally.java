package io.vgpusteward.extender.placement;

import io.vgpusteward.vgpu.placement.Verdict;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** How often each verdict was given. Not for several threads. */
public final class Tally {
  private final SortedMap<String, Integer> counts = new TreeMap<>();

  void count(Verdict verdict) {
    counts.merge(verdict.word(), 1, Integer::sum);
  }

  /** By the word of the verdict; verdicts that were not given are absent. */
  public SortedMap<String, Integer> counts() {
    return Collections.unmodifiableSortedMap(counts);
  }

  /** {@code 3 Fits, 1 Lacks}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    counts.forEach((word, count) ->
        text.append(text.isEmpty() ? "" : ", ").append(count).append(' ').append(word));
    return text.isEmpty() ? "none" : text.toString();
  }
}
