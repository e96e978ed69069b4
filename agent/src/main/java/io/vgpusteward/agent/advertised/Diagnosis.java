package io.vgpusteward.agent.advertised;

import java.util.List;

/**
 * Whether what is advertised is just the virtual functions that carry a profile: a condition.
 *
 * @param reason one word for programs: the kind of the first cause, or {@code Advertised}
 * @param message for people, at most 1,024 characters
 * @param causes what is wrong, the most telling first; none where all is well
 */
public record Diagnosis(Status status, String reason, String message, List<Cause> causes) {
  /** The status of a condition. */
  public enum Status {
    True,
    False,
    Unknown
  }

  public Diagnosis {
    causes = List.copyOf(causes);
  }
}
