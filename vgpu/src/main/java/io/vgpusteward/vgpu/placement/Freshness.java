package io.vgpusteward.vgpu.placement;

import java.util.Optional;

/**
 * Whether what is known of a node can be taken for what is so now.
 *
 * @param stale why it cannot, as the end of "its inventory is not fresh: "; empty where it can
 */
public record Freshness(Optional<String> stale) {
  private static final Freshness FRESH = new Freshness(Optional.empty());

  public static Freshness fresh() {
    return FRESH;
  }

  /** What is known may be over, because of what is said: {@code no heartbeat for 7 minutes}. */
  public static Freshness stale(String why) {
    return new Freshness(Optional.of(why));
  }

  public boolean isFresh() {
    return stale.isEmpty();
  }
}
