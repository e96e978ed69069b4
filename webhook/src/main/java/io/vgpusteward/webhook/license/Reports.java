package io.vgpusteward.webhook.license;

import io.vgpusteward.cluster.EventSink;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Tells users what is wrong with their guests: an Event when the problem is new for the guest, not
 * at every pass. Kept by Secret, so that the pass over one knows all that was said of its guests.
 * Any threads, one per Secret; recording an Event may block.
 */
final class Reports {
  private static final int MAX_NOTE = 1024;

  private record Open(String uid, Problem problem, boolean withoutLicense) {}

  private final EventSink events;
  private final ControllerMetrics metrics;
  private final Map<SecretKey, Map<GuestKey, Open>> open = new ConcurrentHashMap<>();

  Reports(EventSink events, ControllerMetrics metrics) {
    this.events = events;
    this.metrics = metrics;
  }

  /**
   * The guest has the problem.
   *
   * @param withoutLicense whether it is to have a licence and does not get it
   */
  void problem(
      SecretKey secret, Guest guest, Problem problem, boolean withoutLicense, String note) {
    metrics.failed(problem);
    Open now = new Open(guest.uid(), problem, withoutLicense);
    Open before =
        open.computeIfAbsent(secret, key -> new ConcurrentHashMap<>()).put(guest.key(), now);
    if (before == null || before.problem() != problem || !before.uid().equals(guest.uid())) {
      record(guest, EventSink.Type.Warning, problem.reason(), note);
    }
  }

  /** The guest has no problem any more. */
  void solved(SecretKey secret, Guest guest) {
    Map<GuestKey, Open> of = open.get(secret);
    if (of != null) {
      of.remove(guest.key());
    }
  }

  /** Forgets the guests that use the Secret no more. */
  void retain(SecretKey secret, Collection<Guest> users) {
    if (users.isEmpty()) {
      open.remove(secret);
      return;
    }
    Map<GuestKey, Open> of = open.get(secret);
    if (of != null) {
      of.keySet().retainAll(users.stream().map(Guest::key).collect(Collectors.toSet()));
    }
  }

  /** Good news. */
  void news(Guest guest, String reason, String note) {
    record(guest, EventSink.Type.Normal, reason, note);
  }

  /** How many guests should have a licence and do not, for this reason. */
  long withoutLicense(Problem problem) {
    return open.values().stream()
        .flatMap(of -> of.values().stream())
        .filter(entry -> entry.problem() == problem && entry.withoutLicense())
        .count();
  }

  private void record(Guest guest, EventSink.Type type, String reason, String note) {
    String cut = note.length() <= MAX_NOTE ? note : note.substring(0, MAX_NOTE - 1) + "…";
    events.record(guest.key(), guest.uid(), type, reason, cut);
  }
}
