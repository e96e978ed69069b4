package io.vgpusteward.webhook.license;

import io.vgpusteward.cluster.Candidate;
import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterListener.Change;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.webhook.guest.SecretNames;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller's work from winning the lease to losing it; everything it remembers ends with it.
 *
 * <p>Turns changes of the cluster into passes over Secrets: a changed guest at once, a fan-out in
 * the background, so that a new guest does not wait behind 10,000 renewals. Methods may be called
 * from any thread and, {@link #close} apart, do not block.
 */
final class LicenseTerm implements Candidate.Term {
  private static final Logger LOG = LoggerFactory.getLogger(LicenseTerm.class);

  private final Cluster cluster;
  private final Licenses licenses;
  private final Reports reports;
  private final ControllerMetrics metrics;
  private final WorkQueue<SecretKey> queue;
  private final Map<GuestKey, Guest> seen = new HashMap<>();

  LicenseTerm(
      Cluster cluster,
      LicenseController.Settings settings,
      ControllerMetrics metrics,
      InstantSource clock) {
    this.cluster = cluster;
    this.metrics = metrics;
    this.licenses = new Licenses(cluster, settings.releaseNamespace(), clock);
    this.reports = new Reports(cluster.events(), metrics);
    this.queue =
        new WorkQueue<>(
            "license",
            settings.limits(),
            new GuestReconciler(
                cluster,
                new GuestContents(licenses, cluster.secrets()),
                new GuestSecrets(cluster.secrets()),
                new Revisits(settings, licenses, clock),
                reports,
                metrics),
            metrics::retried);
  }

  /** Begins with a pass over everything. */
  void start() {
    queue.start();
    changed(new Change.OfEverything());
  }

  /** Has the Secrets looked at that the change may concern. */
  synchronized void changed(Change change) {
    ClusterView view = cluster.view();
    switch (change) {
      case Change.OfGuest ofGuest -> look(ofGuest.guest(), view);
      case Change.OfLicense ofLicense -> license(ofLicense.namespace(), view);
      case Change.OfEverything everything -> everything(view);
    }
  }

  Reports reports() {
    return reports;
  }

  WorkQueue<SecretKey> queue() {
    return queue;
  }

  @Override
  public void close() {
    metrics.follow(Optional.empty());
    queue.close();
    metrics.expiries(Map.of());
    LOG.info("not leading any more");
  }

  private void look(GuestKey key, ClusterView view) {
    @Nullable Guest now = view.guest(key).orElse(null);
    @Nullable Guest before = now == null ? seen.remove(key) : seen.put(key, now);
    if (before != null && before.equals(now)) {
      return;
    }
    Set<SecretKey> concerned = new HashSet<>(secrets(before));
    concerned.addAll(secrets(now));
    concerned.forEach(queue::add);
  }

  private void license(String namespace, ClusterView view) {
    Map<String, Boolean> concerned = new HashMap<>();
    for (Guest guest : view.guests().values()) {
      String home = guest.key().namespace();
      if (concerned.computeIfAbsent(home, other -> concerns(namespace, other))) {
        secrets(guest).forEach(queue::addInBackground);
      }
    }
    licenses.of(namespace);
    metrics.expiries(licenses.expiries());
  }

  private boolean concerns(String license, String namespace) {
    return license.equals(namespace)
        || (license.equals(licenses.releaseNamespace()) && licenses.usesDefault(namespace));
  }

  private void everything(ClusterView view) {
    Set<GuestKey> guests = new HashSet<>(seen.keySet());
    guests.addAll(view.guests().keySet());
    Set<String> namespaces = new HashSet<>(Set.of(licenses.releaseNamespace()));
    for (GuestKey key : guests) {
      namespaces.add(key.namespace());
      Guest before = seen.get(key);
      if (before == null || before.equals(view.guests().get(key))) {
        view.guest(key).ifPresent(guest -> seen.put(key, guest));
        secrets(view.guests().get(key)).forEach(queue::addInBackground);
      } else {
        look(key, view);
      }
    }
    namespaces.forEach(licenses::of);
    metrics.expiries(licenses.expiries());
  }

  /**
   * The Secrets of ours that the guest has a part in: the one that it uses and, where the webhook
   * was at it once, the one that it may have used.
   */
  private static Set<SecretKey> secrets(@Nullable Guest guest) {
    Set<SecretKey> keys = new HashSet<>();
    if (guest != null) {
      String namespace = guest.key().namespace();
      guest
          .userDataSecret()
          .filter(SecretNames::isOurs)
          .ifPresent(name -> keys.add(new SecretKey(namespace, name)));
      if (!guest.annotations().isEmpty()) {
        keys.add(new SecretKey(namespace, SecretNames.forGuest(guest.key().name())));
      }
    }
    return keys;
  }
}
