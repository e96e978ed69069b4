package io.vgpusteward.webhook.license;

import io.vgpusteward.cluster.EventSink;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells users what is wrong with their guests: an Event when the problem is new for the guest, not
 * at every pass. Any thread may call; recording an Event may block.
 */
final class Reports {
  private static final int MAX_NOTE = 1024;

  private record Open(String uid, Problem problem, boolean withoutLicense) {}

  private final EventSink events;
  private final ControllerMetrics metrics;
  private final Map<GuestKey, Open> open = new ConcurrentHashMap<>();

  Reports(EventSink events, ControllerMetrics metrics) {
    this.events = events;
    this.metrics = metrics;
  }

  /**
   * The guest has the problem.
   *
   * @param withoutLicense whether it is to have a licence and does not get it
   */
  void problem(Guest guest, Problem problem, boolean withoutLicense, String note) {
    metrics.failed(problem);
    Open now = new Open(guest.uid(), problem, withoutLicense);
    Open before = open.put(guest.key(), now);
    if (before == null || before.problem() != problem || !before.uid().equals(guest.uid())) {
      record(guest, EventSink.Type.Warning, problem.reason(), note);
    }
  }

  /** The guest has no problem any more. */
  void solved(Guest guest) {
    forget(guest.key());
  }

  /** The guest is gone, or has another Secret. */
  void forget(GuestKey guest) {
    open.remove(guest);
  }

  /** Good news. */
  void news(Guest guest, String reason, String note) {
    record(guest, EventSink.Type.Normal, reason, note);
  }

  /** How many guests should have a licence and do not, for this reason. */
  long withoutLicense(Problem problem) {
    return open.values().stream()
        .filter(entry -> entry.problem() == problem && entry.withoutLicense())
        .count();
  }

  private void record(Guest guest, EventSink.Type type, String reason, String note) {
    String cut = note.length() <= MAX_NOTE ? note : note.substring(0, MAX_NOTE - 1) + "…";
    events.record(guest.key(), guest.uid(), type, reason, cut);
  }
}
