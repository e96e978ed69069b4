package io.vgpusteward.webhook.admission;

import java.time.Duration;

/** Histogram buckets for latencies, from a quick review to the API server's patience. */
final class Buckets {
  static final Duration[] LATENCY = {
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10)
  };

  private Buckets() {}
}
