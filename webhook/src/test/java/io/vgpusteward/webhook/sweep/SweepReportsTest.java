package io.vgpusteward.webhook.sweep;

import static io.vgpusteward.webhook.sweep.StoredGuests.manifest;
import static io.vgpusteward.webhook.sweep.StoredGuests.read;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.EventSink;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.webhook.injection.InjectionSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SweepReportsTest {
  private static final SweepSettings SETTINGS =
      new SweepSettings(Duration.ofMinutes(1), Duration.ofHours(1), 2);

  private final List<String> told = new ArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final EventSink events = (target, type, reason, note) -> told.add(type + " " + reason);
  private final SweepReports reports = new SweepReports(events, SETTINGS, meters);
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void gapIsToldWhenSeenTwice_andNotAgainBeforeTheReminder() {
    Guest guest = read(manifest("listed-gpu.yaml"));

    sweep(guest);
    assertThat(told).isEmpty();
    sweep(guest);
    assertThat(told).containsExactly("Warning VgpuNotManaged");
    sweep(guest);
    assertThat(told).hasSize(1);

    now = now.plus(SETTINGS.reminder());
    sweep(guest);
    assertThat(told).hasSize(2);
  }

  @Test
  void gapThatWasMended_orIsOfAnotherGuestOfTheName_startsAnew() {
    Guest guest = read(manifest("listed-gpu.yaml"));
    ObjectNode other = manifest("listed-gpu.yaml");
    ((ObjectNode) other.path("metadata")).put("uid", "another");

    sweep(guest);
    sweep();
    sweep(guest);
    sweep(read(other));
    assertThat(told).isEmpty();
    sweep(read(other));
    assertThat(told).hasSize(1);
  }

  @Test
  void moreGapsThanOneSweepMayTell_areToldInTheNext() {
    Guest[] guests =
        IntStream.range(0, 5)
            .mapToObj(number -> {
              ObjectNode guest = manifest("listed-gpu.yaml");
              ((ObjectNode) guest.path("metadata")).put("name", "guest-" + number);
              return read(guest);
            })
            .toArray(Guest[]::new);

    sweep(guests);
    List<Integer> sizes = new ArrayList<>();
    for (int time = 0; time < 4; time++) {
      sweep(guests);
      sizes.add(told.size());
    }

    assertThat(sizes).containsExactly(2, 4, 5, 5);
  }

  @Test
  void metricsCountAtOnce_byCauseAndByWhatIsLacking() {
    sweep(read(manifest("listed-gpu.yaml")));

    assertThat(unmanaged("never-managed")).isEqualTo(1);
    assertThat(unmanaged("edited")).isZero();
    assertThat(lacking("placement")).isEqualTo(1);
    assertThat(lacking("license")).isEqualTo(1);
    assertThat(lacking("devices")).isZero();

    sweep();
    assertThat(unmanaged("never-managed")).isZero();
    reports.clear();
    assertThat(meters.find("vgpu_steward_unmanaged_guests").gauges()).isEmpty();
  }

  private double unmanaged(String cause) {
    return meters.get("vgpu_steward_unmanaged_guests").tag("cause", cause).gauge().value();
  }

  private double lacking(String part) {
    return meters.get("vgpu_steward_guests_lacking").tag("part", part).gauge().value();
  }

  private void sweep(Guest... guests) {
    ClusterView view = StoredGuests.view(guests);
    GapFinder finder = new GapFinder(InjectionSettings.defaults());
    Map<GuestKey, Gap> gaps = new HashMap<>();
    for (Guest guest : guests) {
      finder.gap(guest, view).ifPresent(gap -> gaps.put(guest.key(), gap));
    }
    reports.report(gaps, view, now);
  }
}
