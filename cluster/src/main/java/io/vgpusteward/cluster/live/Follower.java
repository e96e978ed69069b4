package io.vgpusteward.cluster.live;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.vgpusteward.cluster.object.ObjectKind;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the objects of one kind by an informer, which lists in pages and lists anew after a lost
 * watch. Before that it asks for one object until the API server answers, since the kind may come
 * later (KubeVirt's definitions) and the informer would log a stack trace for each refusal.
 *
 * <p>A kind that a cluster may do without counts as seen, with no objects, once the API server has
 * answered 404 for each of its versions; it is asked for again and again, and is missing from the
 * answer until its objects have been listed. 404 is what an account gets that may list them, and
 * nothing else: other refusals and silence leave even such a kind missing.
 */
final class Follower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

  private final KindRequests requests;
  private final ObjectKind kind;
  private final ReducingStore store;
  private final Runnable onSeen;
  private final Duration longestPause;
  private final Thread starter;
  private volatile boolean closed;
  private volatile @Nullable String reason = "not asked for yet";
  private volatile boolean absent;
  private volatile @Nullable SharedIndexInformer<GenericKubernetesResource> informer;

  /**
   * Follows nothing yet.
   *
   * @param onSeen called when all objects have been seen, and when there are none for the kind is
   *     absent
   * @param longestPause between two attempts to begin
   */
  Follower(
      KubernetesClient client,
      ObjectKind kind,
      ReducingStore store,
      Runnable onSeen,
      Duration longestPause) {
    requests = new KindRequests(client, kind);
    this.kind = kind;
    this.store = store;
    this.onSeen = onSeen;
    this.longestPause = longestPause;
    starter = Thread.ofVirtual().name("cluster-start-" + kind.plural()).unstarted(this::begin);
  }

  void start() {
    starter.start();
  }

  /** Why not all objects have been seen yet; empty once they have. */
  Optional<String> missing() {
    String why = reason;
    return why == null ? Optional.empty() : Optional.of(requests.title() + " (" + why + ")");
  }

  /** Whether changes arrive, or would for a kind that is absent. */
  boolean isWatching() {
    if (absent) {
      return true;
    }
    SharedIndexInformer<GenericKubernetesResource> running = informer;
    return running != null && reason == null && running.isWatching();
  }

  private void begin() {
    Duration pause = Duration.ofMillis(100);
    Optional<String> version = version();
    while (!closed && version.isEmpty()) {
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        return;
      }
      pause =
          pause.multipliedBy(2).compareTo(longestPause) < 0 ? pause.multipliedBy(2) : longestPause;
      version = version();
    }
    synchronized (this) {
      if (!closed) {
        follow(version.orElseThrow());
      }
    }
  }

  /** The first version that the API server lists; empty where it lists none now. */
  private Optional<String> version() {
    boolean unknown = true;
    String why = "";
    for (String version : kind.versions()) {
      try {
        requests.objects(version).list(new ListOptionsBuilder().withLimit(1L).build());
        return Optional.of(version);
      } catch (RuntimeException e) {
        unknown &= e instanceof KubernetesClientException refusal && refusal.getCode() == 404;
        why = KindRequests.why(e);
        if (!unknown) {
          break;
        }
      }
    }
    refused(why, unknown);
    return Optional.empty();
  }

  private void refused(String why, boolean unknown) {
    if (unknown && kind.isOptional()) {
      if (!absent) {
        absent = true;
        reason = null;
        LOG.info("This cluster has no {}", requests.title());
        onSeen.run();
      }
      return;
    }
    if (!why.equals(reason)) {
      LOG.warn("Cannot list {} yet: {}", requests.title(), why);
    }
    absent = false;
    reason = why;
  }

  private void follow(String version) {
    absent = false;
    reason = "not listed yet";
    SharedIndexInformer<GenericKubernetesResource> started =
        requests
            .objects(version)
            .withLimit(KindRequests.PAGE)
            .runnableInformer(0)
            .removeIndexer("namespace")
            .itemStore(store)
            .exceptionHandler((isStarted, error) -> !closed);
    informer = started;
    var _ =
        started
            .start()
            .thenRun(() -> {
              reason = null;
              LOG.info("Following {} {}", store.size(), requests.title());
              onSeen.run();
            });
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      starter.interrupt();
      SharedIndexInformer<GenericKubernetesResource> running = informer;
      if (running != null) {
        running.stop();
      }
    }
  }
}
