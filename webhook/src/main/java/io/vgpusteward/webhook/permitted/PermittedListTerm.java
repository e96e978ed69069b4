package io.vgpusteward.webhook.permitted;

import io.vgpusteward.cluster.Candidate;
import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.EventSink;
import io.vgpusteward.cluster.EventTarget;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.permitted.Finding;
import io.vgpusteward.vgpu.permitted.UnpermittedResources;
import io.vgpusteward.webhook.guard.AllowedRemovals;
import io.vgpusteward.webhook.guard.ViewUses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watch from winning the lease to losing it. Everything happens on one thread, which the Events
 * may block; what was told once is told again only after it was over.
 */
final class PermittedListTerm implements Candidate.Term {
  static final String REMOVED = "DeviceRemoved";
  static final String LACKING = "DeviceNotPermitted";
  static final String GATE_OFF = "HostDevicesGateOff";

  private static final Logger LOG = LoggerFactory.getLogger(PermittedListTerm.class);

  private final Cluster cluster;
  private final PermittedListMetrics metrics;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("permitted-list").daemon().factory());
  private final ScheduledFuture<?> ticking;
  private final List<ClusterView> unseen = new ArrayList<>();
  private final Set<String> told = new HashSet<>();
  private Optional<KubeVirt> last = Optional.empty();

  PermittedListTerm(Cluster cluster, PermittedListMetrics metrics, Duration interval) {
    this.cluster = cluster;
    this.metrics = metrics;
    ticking =
        thread.scheduleWithFixedDelay(this::pass, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Has what there is now looked at; does not block. */
  void changed() {
    // Taken here: until the thread comes to it, an acknowledgement may be gone again.
    synchronized (unseen) {
      unseen.add(cluster.view());
      if (!thread.isShutdown()) {
        thread.execute(this::pass);
      }
    }
  }

  @Override
  public void close() {
    synchronized (unseen) {
      ticking.cancel(true);
      thread.shutdownNow();
    }
    boolean interrupted = false;
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.warn("an Event on the KubeVirt CR is still being written");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    metrics.lacking(Map.of());
    LOG.info("the permitted list is not watched from here any more");
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void pass() {
    List<ClusterView> views;
    // Under the lock, so that the newest is the last.
    synchronized (unseen) {
      views = new ArrayList<>(unseen);
      unseen.clear();
      views.add(cluster.view());
    }
    views.removeIf(view -> !view.isReady());
    try {
      for (ClusterView view : views) {
        look(view, view == views.getLast());
      }
    } catch (RuntimeException e) {
      LOG.error("the permitted list could not be looked at", e);
    }
  }

  private void look(ClusterView view, boolean newest) {
    Optional<KubeVirt> found = view.kubeVirt();
    Optional<KubeVirt> before = last;
    last = found;
    if (found.isEmpty()) {
      told.clear();
      metrics.lacking(Map.of());
      return;
    }
    KubeVirt now = found.get();
    told.addAll(
        before
            .filter(other -> other.uid().equals(now.uid()))
            .map(other -> removals(other, now, view))
            .orElse(Set.of()));
    if (newest) {
      lacking(now, view);
    }
  }

  /** Tells which resources went as acknowledged. */
  private Set<String> removals(KubeVirt before, KubeVirt now, ClusterView view) {
    Set<String> allowed = new TreeSet<>(AllowedRemovals.of(before));
    allowed.addAll(AllowedRemovals.of(now));
    Set<String> left = names(now);
    Set<String> removed =
        names(before).stream()
            .filter(name -> allowed.contains(name) && !left.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
    for (String name : removed) {
      List<String> users = new ViewUses(view).of(new ResourceName(name));
      record(
          now,
          users.isEmpty() ? EventSink.Type.Normal : EventSink.Type.Warning,
          REMOVED,
          name
              + " was removed from the permitted list, as the annotation acknowledged"
              + (users.isEmpty() ? "" : "; " + Finding.usedBy(users)));
    }
    return removed;
  }

  private void lacking(KubeVirt now, ClusterView view) {
    ViewUses uses = new ViewUses(view);
    Map<String, List<String>> lacking = new LinkedHashMap<>();
    UnpermittedResources.of(now.permitted(), uses)
        .forEach((resource, users) -> lacking.put(resource.value(), users));
    Map<String, Integer> counts = new TreeMap<>();
    lacking.forEach((name, users) -> counts.put(name, users.size()));
    metrics.lacking(counts);
    if (!now.allowsHostDevices() && !uses.ofHostDevices().isEmpty()) {
      lacking.put(KubeVirt.HOST_DEVICES_GATE, uses.ofHostDevices());
    }
    told.retainAll(lacking.keySet());
    lacking.forEach((name, users) -> {
      if (told.size() < PermittedListMetrics.MAX_RESOURCES && told.add(name)) {
        tell(now, name, users);
      }
    });
  }

  private void tell(KubeVirt now, String name, List<String> users) {
    if (name.equals(KubeVirt.HOST_DEVICES_GATE)) {
      record(
          now,
          EventSink.Type.Warning,
          GATE_OFF,
          "without HostDevices in spec.configuration.developerConfiguration.featureGates KubeVirt"
              + " refuses what has hostDevices; "
              + Finding.usedBy(users));
    } else {
      record(
          now,
          EventSink.Type.Warning,
          LACKING,
          name
              + " is not in spec.configuration.permittedHostDevices, and the next start of what"
              + " uses it fails; "
              + Finding.usedBy(users));
    }
  }

  private static Set<String> names(KubeVirt kubeVirt) {
    Set<String> names =
        kubeVirt.permitted().entries().stream()
            .map(PermittedDevice::resource)
            .map(ResourceName::value)
            .collect(Collectors.toCollection(TreeSet::new));
    if (kubeVirt.allowsHostDevices()) {
      names.add(KubeVirt.HOST_DEVICES_GATE);
    }
    return names;
  }

  private void record(KubeVirt on, EventSink.Type type, String reason, String note) {
    cluster.events().record(EventTarget.of(on), type, reason, note);
  }
}
