package io.vgpusteward.agent.report;

import java.time.Instant;

/**
 * A condition in the form that all Kubernetes objects have.
 *
 * @param reason one word for programs
 * @param message a sentence for people, 1,024 characters at most, never empty
 * @param since when the status became what it is
 */
public record Condition(Topic type, Status status, String reason, String message, Instant since) {
  /** What it is about; the names are published. */
  public enum Topic {
    /** Whether what is said of the node can be relied on. */
    Ready,
    /** Whether every line of the configuration can be followed. */
    ConfigValid,
    /** Whether the kubelet gives out just the functions that carry something. */
    Advertised
  }

  /** As Kubernetes spells it. */
  public enum Status {
    True,
    False,
    Unknown
  }

  public Condition {
    message = Words.shortened(message);
  }
}
