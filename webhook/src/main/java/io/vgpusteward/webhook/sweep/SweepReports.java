package io.vgpusteward.webhook.sweep;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.EventSink;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells the world what sweeps have found, one sweep after the other: metrics of all of it, and an
 * Event on each guest. A gap is told when two sweeps in a row have seen it, since parts of a view
 * may be a moment apart, and again after a while. For one thread.
 */
final class SweepReports {
  /** The reason of the Events. */
  static final String REASON = "VgpuNotManaged";

  private static final int MAX_NOTE = 1024;

  private final EventSink events;
  private final SweepSettings settings;
  private final MultiGauge unmanaged;
  private final MultiGauge lacking;
  private Map<GuestKey, Told> known = Map.of();

  /**
   * What was seen of a guest.
   *
   * @param at when the Event was recorded; {@link Instant#MIN} for not yet
   */
  private record Told(String uid, Gap gap, Instant at) {}

  SweepReports(EventSink events, SweepSettings settings, MeterRegistry meters) {
    this.events = events;
    this.settings = settings;
    unmanaged =
        MultiGauge.builder("vgpu_steward_unmanaged_guests")
            .description("Guests that ask for a vGPU and were not given all that goes with it")
            .register(meters);
    lacking =
        MultiGauge.builder("vgpu_steward_guests_lacking")
            .description("The same guests by what they lack; one that lacks two things is in both")
            .register(meters);
  }

  /** Takes in the gaps of one sweep. */
  void report(Map<GuestKey, Gap> gaps, ClusterView view, Instant now) {
    count(gaps);
    Map<GuestKey, Told> next = new HashMap<>();
    List<Guest> due = new ArrayList<>();
    gaps.forEach((key, gap) ->
        view.guest(key)
            .ifPresent(guest -> {
              Told fresh = new Told(guest.uid(), gap, Instant.MIN);
              Told told = known.getOrDefault(key, fresh);
              boolean same = told.uid().equals(fresh.uid()) && told.gap().equals(gap);
              next.put(key, same ? told : fresh);
              if (same && known.containsKey(key) && isDue(told.at(), now)) {
                due.add(guest);
              }
            }));
    due.stream()
        .sorted(Comparator.comparing((Guest guest) -> guest.key().toString()))
        .limit(settings.eventsPerSweep())
        .forEach(guest ->
            next.computeIfPresent(
                guest.key(),
                (key, told) -> {
                  record(guest, told.gap());
                  return new Told(told.uid(), told.gap(), now);
                }));
    known = next;
  }

  /** Takes the numbers back, at the end of a term. */
  void clear() {
    unmanaged.register(List.of(), true);
    lacking.register(List.of(), true);
  }

  private boolean isDue(Instant told, Instant now) {
    return told.equals(Instant.MIN)
        || Duration.between(told, now).compareTo(settings.reminder()) >= 0;
  }

  private void record(Guest guest, Gap gap) {
    String note = gap.note();
    String cut = note.length() <= MAX_NOTE ? note : note.substring(0, MAX_NOTE - 1) + "…";
    events.record(guest.key(), guest.uid(), EventSink.Type.Warning, REASON, cut);
  }

  private void count(Map<GuestKey, Gap> gaps) {
    Map<Gap.Cause, Integer> causes = new EnumMap<>(Gap.Cause.class);
    Map<Gap.Part, Integer> parts = new EnumMap<>(Gap.Part.class);
    for (Gap.Cause cause : Gap.Cause.values()) {
      causes.put(cause, 0);
    }
    for (Gap.Part part : Gap.Part.values()) {
      parts.put(part, 0);
    }
    gaps.values()
        .forEach(gap -> {
          causes.merge(gap.cause(), 1, Integer::sum);
          gap.lacks().forEach(part -> parts.merge(part, 1, Integer::sum));
        });
    Map<String, Integer> byCause = new TreeMap<>();
    causes.forEach((cause, number) -> byCause.put(cause.label(), number));
    Map<String, Integer> byPart = new TreeMap<>();
    parts.forEach((part, number) -> byPart.put(part.label(), number));
    show(unmanaged, "cause", byCause);
    show(lacking, "part", byPart);
  }

  private static void show(MultiGauge gauge, String tag, Map<String, Integer> numbers) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    numbers.forEach((value, number) -> rows.add(MultiGauge.Row.of(Tags.of(tag, value), number)));
    gauge.register(rows, true);
  }
}
