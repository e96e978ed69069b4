package io.vgpusteward.extender.pending;

import io.micrometer.core.instrument.MeterRegistry;
import io.vgpusteward.cluster.Candidate;
import io.vgpusteward.cluster.Cluster;
import java.time.InstantSource;

/**
 * Tells on each VirtualMachine whose launcher pod finds no node, by Event, why that is and what
 * would help, and counts such pods. Works while this process leads, whatever the placement mode.
 *
 * <p>A look reads the view alone: it costs what the pods that wait and the nodes cost, once for
 * each different request, and nothing for machines that run.
 */
public final class PendingController implements AutoCloseable {
  /** The lease that controllers compete for. */
  public static final String LEASE = "vgpu-steward-pending";

  private final Candidate<PendingTerm> candidate;

  private PendingController(Candidate<PendingTerm> candidate) {
    this.candidate = candidate;
  }

  /**
   * Takes part in the election, and looks on a thread of its own whenever it leads.
   *
   * @param clock what waiting and the ages of inventories are told by
   */
  public static PendingController start(
      Cluster cluster, PendingSettings settings, MeterRegistry meters, InstantSource clock) {
    PendingController controller =
        new PendingController(
            new Candidate<>(
                cluster, LEASE, () -> new PendingTerm(cluster, settings, meters, clock)));
    controller.candidate.start();
    return controller;
  }

  /** Stops looking, and gives up the lease; a second call does nothing. */
  @Override
  public void close() {
    candidate.close();
  }
}
