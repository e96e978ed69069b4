package io.vgpusteward.agent;

import io.vgpusteward.agent.report.NodeReport;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes known what was found, as seldom as it can: the sign of life each minute, all else when it
 * changes or is no longer there. For one thread.
 *
 * <p>The order is what others rely on: the sign of life first, so that an inventory is fresh when
 * it comes; then the inventory; then the Node, whose annotation wakes the pods that wait for it.
 * The annotation also changes when the sign of life had been missing, since pods were refused for
 * that.
 */
final class Announcer {
  private static final int BASE = 36;

  private final Publisher publisher;
  private final Duration every;
  private final Duration patience;
  private @Nullable Instant lastBeat;
  private @Nullable Instant revived;
  private @Nullable NodeReport lastReport;
  private String lastWord = "";
  private @Nullable NodeMarks lastMarks;
  private Instant marked = Instant.MIN;

  /**
   * An announcer.
   *
   * @param every how often there is a sign of life
   * @param patience how long what was written may take to be seen
   */
  Announcer(Publisher publisher, Duration every, Duration patience) {
    this.publisher = publisher;
    this.every = every;
    this.patience = patience;
  }

  /** When the next sign of life is due. */
  Instant nextBeat(Instant now) {
    Instant last = lastBeat;
    return last == null ? now : last.plus(every);
  }

  /**
   * Publishes what is not published yet; when it returns, all of it is.
   *
   * @param onNode what the Node carries, as far as is known
   */
  void publish(NodeReport report, SortedSet<String> labels, NodeMarks onNode, Instant now)
      throws InterruptedException {
    if (!report.equals(lastReport) || !publisher.isIntact()) {
      // Until it is done nobody knows what is there.
      lastReport = null;
      lastWord = publisher.report(report);
      lastReport = report;
    }
    beat(now);
    Instant since = revived == null ? now : revived;
    NodeMarks marks =
        new NodeMarks(lastWord + "." + Long.toString(since.toEpochMilli(), BASE), labels);
    boolean wasChanged = !marks.equals(onNode) && !now.isBefore(marked.plus(patience));
    if (!marks.equals(lastMarks) || wasChanged) {
      lastMarks = null;
      publisher.mark(marks);
      lastMarks = marks;
      marked = now;
    }
  }

  private void beat(Instant now) throws InterruptedException {
    Instant last = lastBeat;
    if (last != null && now.isBefore(last.plus(every))) {
      return;
    }
    publisher.heartbeat(now);
    if (last == null || now.isAfter(last.plus(every.multipliedBy(2)))) {
      revived = now;
    }
    lastBeat = now;
  }
}
