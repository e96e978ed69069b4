package io.vgpusteward.agent.advertised;

import io.vgpusteward.agent.advertised.Cause.Kind;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * The last restart of virt-handler by this program, as an annotation of the Node keeps it: an agent
 * that itself starts again must know what it has tried.
 *
 * @param at to the second
 * @param cause what it was for, as a fingerprint
 */
public record Restarted(Instant at, Kind kind, String cause) {
  /** The annotation of the Node. */
  public static final String ANNOTATION = "vgpu-steward.io/virt-handler-restarted";

  private static final int PARTS = 3;

  /** Reads the annotation; empty for what this program did not write. */
  public static Optional<Restarted> parse(String annotation) {
    String[] parts = annotation.split(" ", -1);
    Optional<Kind> kind =
        parts.length == PARTS
            ? Arrays.stream(Kind.values()).filter(it -> it.name().equals(parts[1])).findFirst()
            : Optional.empty();
    try {
      return kind.map(it -> new Restarted(Instant.parse(parts[0]), it, parts[2]));
    } catch (DateTimeException foreign) {
      return Optional.empty();
    }
  }

  /** The annotation's value: {@code 2026-11-21T11:00:00Z ScannedTooEarly 0f3a…}. */
  public String text() {
    return at + " " + kind + " " + cause;
  }
}
