package io.vgpusteward.webhook.sweep;

import io.micrometer.core.instrument.MeterRegistry;
import io.vgpusteward.cluster.Candidate;
import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.GuestKey;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at all guests from time to time, while this process leads, and reports those that lack what
 * the mutation gives. It mends nothing: an edit of a guest is its owner's to decide.
 *
 * <p>A sweep reads the view alone, so it costs the API server nothing but the Events.
 */
public final class Sweep implements AutoCloseable {
  /** The lease that sweeps compete for. */
  public static final String LEASE = "vgpu-steward-sweep";

  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

  private final Cluster cluster;
  private final GapFinder finder;
  private final SweepSettings settings;
  private final MeterRegistry meters;
  private final InstantSource clock;
  private final Candidate<Term> candidate;

  private Sweep(
      Cluster cluster,
      GapFinder finder,
      SweepSettings settings,
      MeterRegistry meters,
      InstantSource clock) {
    this.cluster = cluster;
    this.finder = finder;
    this.settings = settings;
    this.meters = meters;
    this.clock = clock;
    this.candidate = new Candidate<>(cluster, LEASE, Term::new);
  }

  /** Takes part in the election, and sweeps on a thread of its own whenever it leads. */
  public static Sweep start(
      Cluster cluster,
      GapFinder finder,
      SweepSettings settings,
      MeterRegistry meters,
      InstantSource clock) {
    Sweep sweep = new Sweep(cluster, finder, settings, meters, clock);
    sweep.candidate.start();
    return sweep;
  }

  /** Stops sweeping and gives up the lease; a second call does nothing. */
  @Override
  public void close() {
    candidate.close();
  }

  /** One term of leadership. */
  private final class Term implements Candidate.Term {
    private final SweepReports reports = new SweepReports(cluster.events(), settings, meters);
    private final ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sweep").factory());

    Term() {
      var _ =
          thread.scheduleWithFixedDelay(
              this::sweep, 0, settings.interval().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sweep() {
      ClusterView view = cluster.view();
      if (!view.isReady()) {
        return;
      }
      try {
        Map<GuestKey, Gap> gaps = new HashMap<>();
        view.guests()
            .forEach((key, guest) -> finder.gap(guest, view).ifPresent(gap -> gaps.put(key, gap)));
        reports.report(gaps, view, clock.instant());
      } catch (RuntimeException e) {
        LOG.error("A sweep failed", e);
      }
    }

    @Override
    public void close() {
      thread.shutdownNow();
      try {
        if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
          LOG.warn("The sweep does not end");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      reports.clear();
    }
  }
}
