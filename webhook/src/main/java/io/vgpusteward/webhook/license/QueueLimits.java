package io.vgpusteward.webhook.license;

import java.time.Duration;

/**
 * How fast a {@link WorkQueue} may go.
 *
 * @param concurrency how many keys are worked on at the same time; one that hangs does not count
 * @param perSecond keys begun per second in the long run
 * @param burst keys that may be begun at once after a quiet time
 * @param firstRetry the wait after a key's first failure; it doubles with each further one
 * @param lastRetry the longest wait between two tries of a key
 * @param hangAfter the time after which a key still being worked on gives its place to another
 * @param drain how long closing waits for keys being worked on, before it interrupts them
 */
public record QueueLimits(
    int concurrency,
    double perSecond,
    int burst,
    Duration firstRetry,
    Duration lastRetry,
    Duration hangAfter,
    Duration drain) {
  /**
   * 50 keys a second after a burst of 100, eight at a time: 10,000 guests take 200 seconds, which
   * is a small part of what an API server does.
   */
  public static final QueueLimits DEFAULT =
      new QueueLimits(
          8,
          50,
          100,
          Duration.ofMillis(250),
          Duration.ofMinutes(5),
          Duration.ofSeconds(20),
          Duration.ofSeconds(2));

  public QueueLimits {
    if (concurrency < 1 || burst < 1 || !(perSecond > 0)) {
      throw new IllegalArgumentException("concurrency, burst and rate must be positive");
    }
    if (!firstRetry.isPositive() || lastRetry.compareTo(firstRetry) < 0) {
      throw new IllegalArgumentException("retries must be positive, the last not under the first");
    }
    if (!hangAfter.isPositive() || drain.isNegative()) {
      throw new IllegalArgumentException("hangAfter must be positive, drain not negative");
    }
  }

  /** The wait after so many failures in a row, one or more. */
  Duration retryAfter(int failures) {
    int doublings = Math.min(failures - 1, 30);
    Duration wait = firstRetry.multipliedBy(1L << doublings);
    return wait.compareTo(lastRetry) < 0 ? wait : lastRetry;
  }
}
