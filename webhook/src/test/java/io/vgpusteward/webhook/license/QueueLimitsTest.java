package io.vgpusteward.webhook.license;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QueueLimitsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static QueueLimits limits(int concurrency, double rate, int burst, Duration last) {
    return new QueueLimits(concurrency, rate, burst, SECOND, last, SECOND, Duration.ZERO);
  }

  @Test
  void retryAfter_doublesUpToTheLast() {
    QueueLimits limits = limits(1, 1, 1, Duration.ofSeconds(10));

    List<Long> waits =
        IntStream.of(1, 2, 3, 4, 5, 1_000_000)
            .mapToObj(failures -> limits.retryAfter(failures).toSeconds())
            .toList();

    assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 10L, 10L);
  }

  @Test
  void limitsThatWouldStopTheQueue_areRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> limits(0, 1, 1, SECOND));
    assertThatIllegalArgumentException().isThrownBy(() -> limits(1, 0, 1, SECOND));
    assertThatIllegalArgumentException().isThrownBy(() -> limits(1, Double.NaN, 1, SECOND));
    assertThatIllegalArgumentException().isThrownBy(() -> limits(1, 1, 0, SECOND));
    assertThatIllegalArgumentException().isThrownBy(() -> limits(1, 1, 1, Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new QueueLimits(1, 1, 1, SECOND, SECOND, Duration.ZERO, Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new QueueLimits(1, 1, 1, SECOND, SECOND, SECOND, Duration.ofNanos(-1)));
  }

  @Test
  void tokenBucket_givesTheBurstAtOnceAndTheRestAtItsRate() {
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow
    TokenBucket bucket = new TokenBucket(10, 2, now::get);

    assertThat(bucket.reserve()).isZero();
    assertThat(bucket.reserve()).isZero();
    assertThat(bucket.reserve()).isEqualTo(100_000_000L);
    assertThat(bucket.reserve()).isEqualTo(200_000_000L);

    now.addAndGet(200_000_000L);
    assertThat(bucket.reserve()).isEqualTo(100_000_000L);

    now.addAndGet(3_600_000_000_000L);
    assertThat(bucket.reserve()).isZero();
    assertThat(bucket.reserve()).isZero();
    assertThat(bucket.reserve()).isPositive();
  }
}
