package io.vgpusteward.agent.report;

import io.vgpusteward.vgpu.Profile;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A report in numbers, for tables.
 *
 * @param profiles how many functions carry what, {@code 2 L40S-24Q, 1 L40S-48Q}; {@code -} for none
 */
public record Summary(int gpus, int vfs, String profiles) {
  /** The one of a report. */
  public static Summary of(NodeReport report) {
    SortedMap<Profile, Integer> carried = new TreeMap<>();
    report.vfs().stream()
        .flatMap(vf -> vf.current().stream())
        .forEach(profile -> carried.merge(profile, 1, Integer::sum));
    String profiles =
        carried.entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
    return new Summary(
        report.gpus().size(),
        report.vfs().size(),
        profiles.isEmpty() ? "-" : Words.shortened(profiles));
  }
}
