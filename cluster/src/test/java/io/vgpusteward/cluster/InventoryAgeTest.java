package io.vgpusteward.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.vgpu.placement.Freshness;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InventoryAgeTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final Duration MAX_AGE = Duration.ofMinutes(5);

  /** By how long ago a heartbeat was, how old an inventory is said to be. */
  @ParameterizedTest
  @CsvSource({
    "PT0S,",
    "PT4M59S,",
    "PT5M,",
    "PT5M1S, 5 minutes",
    "PT119M, 119 minutes",
    "PT2H, 2 hours",
    "PT47H, 47 hours",
    "PT49H, 2 days",
    // A node whose clock is ahead.
    "-PT1H,",
  })
  void heartbeat_isFreshUpToItsAge(Duration ago, @Nullable String stale) {
    ClusterView view = heard(new Heartbeat("steward", "beat-1", "gpu-1", NOW.minus(ago)));

    Freshness freshness = InventoryAge.of(view, "gpu-1", NOW, MAX_AGE);

    assertThat(freshness)
        .isEqualTo(
            stale == null
                ? Freshness.fresh()
                : Freshness.stale("no heartbeat for " + stale + ": Lease steward/beat-1"));
  }

  @Test
  void shortAges_areSaidInSeconds() {
    ClusterView view = heard(new Heartbeat("steward", "beat-1", "gpu-1", NOW.minusSeconds(61)));
    assertThat(InventoryAge.of(view, "gpu-1", NOW, Duration.ofSeconds(60)).stale())
        .contains("no heartbeat for 61 seconds: Lease steward/beat-1");
  }

  @Test
  void nodeWithoutALease_isStale_whereAgentsAreHeard() {
    Freshness expected =
        Freshness.stale(
            "no heartbeat: no Lease with label vgpu-steward.io/heartbeat is held by this node");
    ClusterView others = heard(new Heartbeat("steward", "beat-2", "gpu-2", NOW));
    ClusterView nobody = ClusterView.builder(NOW).knowsHeartbeats(true).build();

    assertThat(InventoryAge.of(others, "gpu-1", NOW, MAX_AGE)).isEqualTo(expected);
    assertThat(InventoryAge.of(nobody, "gpu-1", NOW, MAX_AGE)).isEqualTo(expected);
  }

  @Test
  void whereNoAgentsAreHeard_everythingIsFresh() {
    ClusterView view = ClusterView.empty(NOW, List.of());
    assertThat(view.knowsHeartbeats()).isFalse();
    assertThat(InventoryAge.of(view, "gpu-1", NOW, MAX_AGE)).isEqualTo(Freshness.fresh());
  }

  @Test
  void ofSeveralLeasesOfANode_theNewestCounts() {
    Heartbeat old = new Heartbeat("steward", "a", "gpu-1", NOW.minusSeconds(900));
    Heartbeat young = new Heartbeat("steward", "b", "gpu-1", NOW.minusSeconds(1));
    Heartbeats both = Heartbeats.none().with(young).with(old);

    assertThat(both.of("gpu-1")).contains(young);
    assertThat(both.without("steward", "b").of("gpu-1")).contains(old);
    assertThat(both.without("steward", "c")).isSameAs(both);
    assertThat(both.toString()).isEqualTo("2 heartbeats");
  }

  @Test
  void leaseThatChangesHands_saysNothingOfItsFormerHolder() {
    Heartbeats heartbeats =
        Heartbeats.none()
            .with(new Heartbeat("steward", "a", "gpu-1", NOW))
            .with(new Heartbeat("steward", "a", "gpu-2", NOW));

    assertThat(heartbeats.of("gpu-1")).isEmpty();
    assertThat(heartbeats.of("gpu-2")).isPresent();
    assertThat(heartbeats.without("steward", "a").isEmpty()).isTrue();
  }

  private static ClusterView heard(Heartbeat heartbeat) {
    ClusterView view =
        ClusterView.builder(NOW).heartbeats(Heartbeats.none().with(heartbeat)).build();
    assertThat(view.knowsHeartbeats()).isTrue();
    assertThat(view.heartbeat(heartbeat.node())).contains(heartbeat.renewed());
    return view;
  }
}
