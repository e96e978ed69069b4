package io.vgpusteward.agent.kube;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: twice as long after each failure, up to a limit, and never
 * the same for two processes, so that thousands of nodes do not come back at one moment. For one
 * thread.
 */
public final class Backoff {
  private final Duration first;
  private final Duration most;
  private final RandomGenerator random;
  private int failures;

  public Backoff(Duration first, Duration most, RandomGenerator random) {
    this.first = first;
    this.most = most;
    this.random = random;
  }

  /** The wait after one more failure: from half of what it could be to all of it. */
  public Duration next() {
    long full = Math.min(most.toMillis(), first.toMillis() << Math.min(failures, Integer.SIZE - 2));
    failures++;
    return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
  }

  /** It worked: the next failure is a first one. */
  public void reset() {
    failures = 0;
  }
}
