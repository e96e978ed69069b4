package io.vgpusteward.extender.placement;

import io.vgpusteward.vgpu.placement.Verdict;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** How often each verdict was given. Not for several threads. */
public final class Tally {
  /** By the word; counted for each node of each question, so without an object for each. */
  private final Map<String, int[]> counts = new HashMap<>();

  void count(Verdict verdict) {
    counts.computeIfAbsent(verdict.word(), word -> new int[1])[0]++;
  }

  /** By the word of the verdict; verdicts that were not given are absent. */
  public SortedMap<String, Integer> counts() {
    SortedMap<String, Integer> sorted = new TreeMap<>();
    counts.forEach((word, count) -> sorted.put(word, count[0]));
    return Collections.unmodifiableSortedMap(sorted);
  }

  /** {@code 3 Fits, 1 Lacks}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    counts()
        .forEach((word, count) ->
            text.append(text.isEmpty() ? "" : ", ").append(count).append(' ').append(word));
    return text.isEmpty() ? "none" : text.toString();
  }
}
