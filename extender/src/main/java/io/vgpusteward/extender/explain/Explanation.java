package io.vgpusteward.extender.explain;

import io.vgpusteward.vgpu.placement.VgpuRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where a subject is and why, and what would help.
 *
 * @param standing where it is, in a sentence
 * @param notes what else is worth knowing, in sentences
 * @param nodes those with GPUs that are known, or with devices of a requested resource, by name
 * @param otherNodes how many others there are
 * @param next the one step
 */
public record Explanation(
    Subject subject,
    VgpuRequest request,
    String standing,
    List<String> notes,
    List<NodeAnswer> nodes,
    int otherNodes,
    NextStep next) {
  public Explanation {
    notes = List.copyOf(notes);
    nodes = List.copyOf(nodes);
  }

  /** {@code 2 L40S-24Q by nvidia.com/L40S-24Q}, or {@code nothing}. */
  public String asks() {
    return request.resources().isEmpty()
        ? "no vGPU"
        : request.resources().entrySet().stream()
            .map(entry ->
                entry.getValue().count()
                    + " "
                    + entry
                        .getValue()
                        .profile()
                        .map(profile -> profile + " by " + entry.getKey())
                        .orElseGet(() -> "of " + entry.getKey()))
            .collect(Collectors.joining(", "));
  }

  /** Of the nodes, how many there are of each verdict: {@code 1 CouldCarry, 2 Lacks}. */
  public String verdicts() {
    Map<String, Long> counts =
        nodes.stream()
            .collect(
                Collectors.groupingBy(
                    node -> node.verdict().word(), TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }
}
