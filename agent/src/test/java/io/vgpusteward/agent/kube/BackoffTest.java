package io.vgpusteward.agent.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  @Test
  void waits_double_upToTheLimit_andBeginAnew() {
    Backoff backoff =
        new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), new SplittableRandom(1));
    for (long full : new long[] {1, 2, 4, 8, 16, 30, 30}) {
      assertThat(backoff.next()).isBetween(Duration.ofMillis(full * 500), Duration.ofSeconds(full));
    }
    for (int i = 0; i < 100; i++) {
      assertThat(backoff.next()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30));
    }
    backoff.reset();
    assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofSeconds(1));
  }
}
