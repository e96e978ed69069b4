package io.vgpusteward.webhook.sweep;

import java.time.Duration;

/**
 * How the sweep works.
 *
 * @param interval the time between two sweeps
 * @param reminder after this an Event is repeated, since the API server forgets Events in an hour
 * @param eventsPerSweep no more Events than this in one sweep; the rest is for the next one
 */
public record SweepSettings(Duration interval, Duration reminder, int eventsPerSweep) {
  public SweepSettings {
    if (!interval.isPositive() || !reminder.isPositive() || eventsPerSweep < 1) {
      throw new IllegalArgumentException("interval, reminder and eventsPerSweep must be positive");
    }
  }

  /** Reminders by the hour, and at most 200 Events in a sweep. */
  public static SweepSettings every(Duration interval) {
    return new SweepSettings(interval, Duration.ofHours(1), 200);
  }
}
