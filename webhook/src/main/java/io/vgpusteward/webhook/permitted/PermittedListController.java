package io.vgpusteward.webhook.permitted;

import io.micrometer.core.instrument.MeterRegistry;
import io.vgpusteward.cluster.Candidate;
import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterListener.Change;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells on the KubeVirt CR, by Event and metric, what the guard let pass by acknowledgement and
 * what passed it by: resources in use that the permitted list lacks. Admission itself writes
 * nothing, and may have been down or not there.
 *
 * <p>Works while this process leads, on one thread of its own. What a new leader has not seen
 * happen it cannot tell: the removal itself is in the API server's audit log.
 */
public final class PermittedListController implements AutoCloseable {
  /** The lease that controllers compete for. */
  public static final String LEASE = "vgpu-steward-permitted-list";

  private static final Logger LOG = LoggerFactory.getLogger(PermittedListController.class);

  private final Cluster cluster;
  private final Duration interval;
  private final PermittedListMetrics metrics;
  private final Candidate<PermittedListTerm> candidate;

  private PermittedListController(Cluster cluster, MeterRegistry meters, Duration interval) {
    this.cluster = cluster;
    this.interval = interval;
    this.metrics = new PermittedListMetrics(meters);
    this.candidate = new Candidate<>(cluster, LEASE, this::begin);
  }

  /**
   * Takes part in the election, and works whenever it leads.
   *
   * @param interval how often the list is compared with what machines need; it is at once when the
   *     list changes
   */
  public static PermittedListController start(
      Cluster cluster, MeterRegistry meters, Duration interval) {
    PermittedListController controller = new PermittedListController(cluster, meters, interval);
    cluster.addListener(controller::changed);
    controller.candidate.start();
    return controller;
  }

  /** Stops working, gives up the lease; a second call does nothing. */
  @Override
  public void close() {
    candidate.close();
    metrics.close();
  }

  private PermittedListTerm begin() {
    LOG.info("leading: the permitted list is watched from here");
    return new PermittedListTerm(cluster, metrics, interval);
  }

  private void changed(Change change) {
    if (change instanceof Change.OfEverything) {
      candidate.term().ifPresent(PermittedListTerm::changed);
    }
  }
}
