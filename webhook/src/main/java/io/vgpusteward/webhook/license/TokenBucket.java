package io.vgpusteward.webhook.license;

import java.util.function.LongSupplier;

/**
 * Spreads actions over time: so many at once, then so many a second.
 *
 * <p>For one thread.
 */
final class TokenBucket {
  private final double perNano;
  private final int burst;
  private final LongSupplier nanoTime;
  private double tokens;
  private long last;

  TokenBucket(double perSecond, int burst, LongSupplier nanoTime) {
    this.perNano = perSecond / 1e9;
    this.burst = burst;
    this.nanoTime = nanoTime;
    this.tokens = burst;
    this.last = nanoTime.getAsLong();
  }

  /** Takes a token and says how many nanoseconds to wait before acting; 0 to act now. */
  long reserve() {
    long now = nanoTime.getAsLong();
    tokens = Math.min(burst, tokens + (now - last) * perNano);
    last = now;
    tokens -= 1;
    return tokens >= 0 ? 0 : (long) Math.ceil(-tokens / perNano);
  }
}
