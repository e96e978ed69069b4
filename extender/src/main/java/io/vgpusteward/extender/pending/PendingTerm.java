package io.vgpusteward.extender.pending;

import io.micrometer.core.instrument.MeterRegistry;
import io.vgpusteward.cluster.Candidate;
import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.LauncherPod;
import io.vgpusteward.extender.explain.Explainer;
import io.vgpusteward.extender.explain.Explanation;
import io.vgpusteward.extender.explain.NextStep;
import io.vgpusteward.extender.explain.Subject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One term of leadership. Everything happens on one thread, which the Events may block. */
final class PendingTerm implements Candidate.Term {
  private static final Logger LOG = LoggerFactory.getLogger(PendingTerm.class);

  private final Cluster cluster;
  private final PendingSettings settings;
  private final InstantSource clock;
  private final PendingReports reports;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("pending").factory());
  private @Nullable ClusterView seen;
  private Instant looked = Instant.MIN;

  PendingTerm(
      Cluster cluster, PendingSettings settings, MeterRegistry meters, InstantSource clock) {
    this.cluster = cluster;
    this.settings = settings;
    this.clock = clock;
    reports = new PendingReports(cluster.events(), settings, meters);
    var _ =
        thread.scheduleWithFixedDelay(
            this::look, 0, settings.interval().toNanos(), TimeUnit.NANOSECONDS);
  }

  @SuppressWarnings("ReferenceEquality") // A view is the same as long as nothing changes.
  private void look() {
    ClusterView view = cluster.view();
    Instant now = clock.instant();
    boolean due = !looked.plus(settings.slow()).isAfter(now) || reports.hasUnsettled();
    if (!view.isReady() || (view == seen && !due)) {
      return;
    }
    seen = view;
    looked = now;
    try {
      reports.report(waiting(view, now), now);
    } catch (RuntimeException e) {
      LOG.error("the pods that wait could not be looked at", e);
    }
  }

  private List<Explanation> waiting(ClusterView view, Instant now) {
    Explainer explainer = new Explainer(view, now, settings.maxAge());
    return view.launchers().pending().stream()
        .filter(pod -> pod.unschedulable().isPresent())
        .sorted(Comparator.comparing(LauncherPod::namespace).thenComparing(LauncherPod::name))
        .map(pod -> explainer.explain(Subject.of(pod, view)))
        .filter(explanation -> explanation.next().word() != NextStep.Word.NO_VGPU)
        .toList();
  }

  @Override
  public void close() {
    thread.shutdownNow();
    boolean interrupted = false;
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.warn("an Event on a virtual machine is still being written");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    reports.clear();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
