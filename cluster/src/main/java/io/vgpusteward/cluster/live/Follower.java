package io.vgpusteward.cluster.live;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
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
 * answered 404 for each of its versions, be it at the start or later, when its definition was
 * deleted. It is asked for again and again, and missing from then on until its objects have been
 * listed. 404 is what an account gets that may list them, and nothing else: other refusals leave
 * even such a kind missing, and so does silence before the first answer.
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
  private volatile boolean silent;
  private volatile @Nullable SharedIndexInformer<GenericKubernetesResource> informer;

  /**
   * Follows nothing yet.
   *
   * @param namespace where node agents have their Leases
   * @param onSeen called when all objects have been seen, and when there are none for the kind is
   *     absent
   * @param longestPause between two attempts to begin
   */
  Follower(
      KubernetesClient client,
      String namespace,
      ObjectKind kind,
      ReducingStore store,
      Runnable onSeen,
      Duration longestPause) {
    requests = new KindRequests(client, namespace, kind);
    this.kind = kind;
    this.store = store;
    this.onSeen = onSeen;
    this.longestPause = longestPause;
    starter = Thread.ofVirtual().name("cluster-start-" + kind.plural()).unstarted(this::run);
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
      return !silent;
    }
    SharedIndexInformer<GenericKubernetesResource> running = informer;
    return running != null && reason == null && running.isWatching();
  }

  private void run() {
    try {
      String version = awaitVersion();
      follow(version);
      while (kind.isOptional()) {
        Answer end = awaitEnd(version);
        leave(end);
        version = awaitVersion();
        follow(version);
      }
    } catch (InterruptedException e) {
      LOG.debug("No longer following {}", requests.title());
    }
  }

  private String awaitVersion() throws InterruptedException {
    Duration pause = Duration.ofMillis(100);
    Answer answer = ask();
    while (answer.version().isEmpty()) {
      refused(answer);
      Thread.sleep(pause);
      pause =
          pause.multipliedBy(2).compareTo(longestPause) < 0 ? pause.multipliedBy(2) : longestPause;
      answer = ask();
    }
    return answer.version().get();
  }

  /**
   * Returns once the API server no longer has the version, as after its definition was deleted: the
   * informer would try to watch it for ever and keep the last objects.
   */
  private Answer awaitEnd(String version) throws InterruptedException {
    Answer answer;
    do {
      do {
        Thread.sleep(longestPause);
      } while (isWatching());
      answer = ask();
    } while (!answer.isUnknown() && answer.version().orElse(version).equals(version));
    return answer;
  }

  /** Forgets all objects where the kind is gone; another version's informer finds them again. */
  private synchronized void leave(Answer end) {
    stopInformer();
    if (end.isUnknown()) {
      store.clear();
      refused(end);
    }
  }

  /**
   * What the API server says of the kind's versions.
   *
   * @param version the first that it lists
   * @param isUnknown whether it knows none of them
   * @param isSilent whether it says nothing of them, being down
   * @param why no version is listed
   */
  private record Answer(
      Optional<String> version, boolean isUnknown, boolean isSilent, String why) {}

  private Answer ask() {
    boolean unknown = true;
    int code = 0;
    for (String version : kind.versions()) {
      try {
        requests.objects(version).list(new ListOptionsBuilder().withLimit(1L).build());
        return new Answer(Optional.of(version), false, false, "");
      } catch (RuntimeException e) {
        code = KindRequests.code(e);
        unknown = code == 404;
        if (!unknown) {
          break;
        }
      }
    }
    return new Answer(Optional.empty(), unknown, code == 0 || code >= 500, KindRequests.why(code));
  }

  private void refused(Answer answer) {
    if (absent && answer.isSilent()) {
      silent = true;
    } else if (answer.isUnknown() && kind.isOptional()) {
      silent = false;
      if (!absent) {
        absent = true;
        reason = null;
        LOG.info("This cluster has no {}", requests.title());
        onSeen.run();
      }
    } else {
      if (!answer.why().equals(reason)) {
        LOG.warn("Cannot list {} yet: {}", requests.title(), answer.why());
      }
      absent = false;
      reason = answer.why();
    }
  }

  private synchronized void follow(String version) {
    if (closed) {
      return;
    }
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

  private void stopInformer() {
    SharedIndexInformer<GenericKubernetesResource> running = informer;
    if (running != null) {
      running.stop();
    }
    informer = null;
  }

  @Override
  public synchronized void close() {
    closed = true;
    starter.interrupt();
    stopInformer();
  }
}
