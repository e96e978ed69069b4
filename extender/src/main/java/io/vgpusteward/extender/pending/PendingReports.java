package io.vgpusteward.extender.pending;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vgpusteward.cluster.EventSink;
import io.vgpusteward.cluster.EventTarget;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.LauncherPod;
import io.vgpusteward.extender.explain.Explanation;
import io.vgpusteward.extender.explain.NextStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Tells the world which pods wait, look after look: a metric of all of them, and an Event on each
 * guest, once it has waited a while for one reason, and again only for another one. For one thread.
 */
final class PendingReports {
  /** The reason of the Events. */
  static final String REASON = "VgpuUnschedulable";

  private static final int MAX_NOTE = 1024;

  private final EventSink events;
  private final PendingSettings settings;
  private final MeterRegistry meters;
  private final Map<NextStep.Word, AtomicInteger> waiting = new EnumMap<>(NextStep.Word.class);
  private final List<Gauge> gauges = new ArrayList<>();
  private Map<EventTarget, Told> known = Map.of();

  /**
   * What is known of a guest whose pod waits.
   *
   * @param key of the step that would help now
   * @param since when that was seen first
   * @param told the key that the last Event was about; empty before the first
   */
  private record Told(String key, Instant since, String told) {}

  PendingReports(EventSink events, PendingSettings settings, MeterRegistry meters) {
    this.events = events;
    this.settings = settings;
    this.meters = meters;
    for (NextStep.Word word : NextStep.Word.values()) {
      AtomicInteger number = new AtomicInteger();
      waiting.put(word, number);
      gauges.add(
          Gauge.builder("vgpu_steward_pending_pods", number, AtomicInteger::get)
              .description("Launcher pods with a vGPU that find no node, by what stands in the way")
              .tag("reason", word.label())
              .register(meters));
    }
  }

  /** Takes in what waits at one look. */
  void report(List<Explanation> explanations, Instant now) {
    count(explanations);
    Map<EventTarget, Told> next = new HashMap<>();
    int left = settings.eventsPerLook();
    for (Explanation explanation : explanations) {
      Optional<Guest> guest = explanation.subject().guest();
      if (guest.isEmpty()) {
        continue;
      }
      EventTarget target = EventTarget.of(guest.get().key(), guest.get().uid());
      Told told = next(known.get(target), explanation.next().key(), now);
      boolean settled = !told.since().plus(settings.settle()).isAfter(now);
      if (settled && left > 0 && !told.key().equals(told.told())) {
        events.record(target, EventSink.Type.Warning, REASON, note(explanation));
        told = new Told(told.key(), told.since(), told.key());
        left--;
      }
      next.put(target, told);
    }
    known = next;
  }

  private static Told next(@Nullable Told before, String key, Instant now) {
    if (before == null) {
      return new Told(key, now, "");
    }
    return before.key().equals(key) ? before : new Told(key, now, before.told());
  }

  /** Whether something is to be told that is not told yet. */
  boolean hasUnsettled() {
    return known.values().stream().anyMatch(told -> !told.key().equals(told.told()));
  }

  /** Takes the numbers back, at the end of a term. */
  void clear() {
    gauges.forEach(meters::remove);
  }

  private void count(List<Explanation> explanations) {
    Map<NextStep.Word, Integer> counts = new EnumMap<>(NextStep.Word.class);
    explanations.forEach(one -> counts.merge(one.next().word(), 1, Integer::sum));
    waiting.forEach((word, number) -> number.set(counts.getOrDefault(word, 0)));
  }

  private static String note(Explanation explanation) {
    String verdicts = explanation.verdicts();
    String text =
        "no node for "
            + explanation.asks()
            + (verdicts.isEmpty() ? "" : " (" + verdicts + ")")
            + "; next step: "
            + explanation.next().text()
            + scheduler(explanation);
    return text.length() <= MAX_NOTE ? text : text.substring(0, MAX_NOTE - 1) + "…";
  }

  /** Its words are in the pod anyway; they say most where nothing of ours stands in the way. */
  private static String scheduler(Explanation explanation) {
    return explanation.next().word() == NextStep.Word.SCHEDULER
        ? explanation
            .subject()
            .pod()
            .flatMap(LauncherPod::unschedulable)
            .map(message -> "; it says: " + message)
            .orElse("")
        : "";
  }
}
