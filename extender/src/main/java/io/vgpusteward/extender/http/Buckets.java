package io.vgpusteward.extender.http;

import java.time.Duration;

/** Histogram buckets for latencies, from a few nodes to the scheduler's patience of a second. */
final class Buckets {
  static final Duration[] LATENCY = {
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5)
  };

  private Buckets() {}
}
