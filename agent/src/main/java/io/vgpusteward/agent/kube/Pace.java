package io.vgpusteward.agent.kube;

import java.time.Duration;

/**
 * How often a {@link Followed} turns to the API server.
 *
 * @param retry wait before the second try after a failure; it doubles up to {@code mostRetry}
 * @param absent wait before the next try where the API server does not know the kind at all
 * @param watch how long one watch lasts; the API server ends it, after up to half as long again
 * @param silence after it a watch that says nothing is given up and begun again: the API server
 *     sends a bookmark each minute
 */
public record Pace(
    Duration retry, Duration mostRetry, Duration absent, Duration watch, Duration silence) {
  /** What a cluster of 5,000 nodes can bear: about three requests an hour for each watch. */
  public static Pace usual() {
    return new Pace(
        Duration.ofSeconds(1),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(20),
        Duration.ofMinutes(5));
  }
}
