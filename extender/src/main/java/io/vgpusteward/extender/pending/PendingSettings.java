package io.vgpusteward.extender.pending;

import java.time.Duration;

/**
 * How pods that wait are looked at.
 *
 * @param interval how often, at most; it is only when the view has changed
 * @param slow how often, at least: inventories grow old without a change
 * @param settle how long a pod must have waited for one and the same reason before it is told
 * @param maxAge from which age on an inventory is not fresh
 * @param eventsPerLook the most Events after one look; the rest are told after the next ones
 */
public record PendingSettings(
    Duration interval, Duration slow, Duration settle, Duration maxAge, int eventsPerLook) {
  /**
   * Checks that there is something to go by.
   *
   * @throws IllegalArgumentException when an interval is not positive
   */
  public PendingSettings {
    if (!interval.isPositive() || !slow.isPositive() || eventsPerLook < 1) {
      throw new IllegalArgumentException("intervals and Events must be positive");
    }
  }

  /** Two seconds, half a minute, five seconds to settle, and a hundred Events a look. */
  public static PendingSettings of(Duration maxAge) {
    return new PendingSettings(
        Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(5), maxAge, 100);
  }
}
