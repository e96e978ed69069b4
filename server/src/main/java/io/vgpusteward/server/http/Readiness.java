package io.vgpusteward.server.http;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Whether the program can do its work: the checks behind {@code /readyz}. Any thread may use it;
 * checks run on an event loop and must not block.
 */
public final class Readiness {
  private final List<Check> checks = new CopyOnWriteArrayList<>();

  private record Check(String name, Supplier<Optional<String>> problem) {}

  /** What the checks found, in the order in which they were added. */
  public record Report(List<Finding> findings) {
    public Report {
      findings = List.copyOf(findings);
    }

    public boolean isReady() {
      return findings.stream().allMatch(finding -> finding.problem().isEmpty());
    }
  }

  /** What one check found. */
  public record Finding(String name, Optional<String> problem) {}

  /**
   * Adds a check.
   *
   * @param name short and unique, {@code cluster-view}
   * @param problem says in words why the program is not ready; empty when it is
   */
  public void add(String name, Supplier<Optional<String>> problem) {
    checks.add(new Check(name, problem));
  }

  /** Runs all checks; one that throws has failed. */
  public Report report() {
    return new Report(checks.stream().map(check -> new Finding(check.name(), run(check))).toList());
  }

  private static Optional<String> run(Check check) {
    try {
      return check.problem().get();
    } catch (RuntimeException e) {
      return Optional.of("the check itself failed: " + e);
    }
  }
}
