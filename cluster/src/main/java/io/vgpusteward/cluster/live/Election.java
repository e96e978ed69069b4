package io.vgpusteward.cluster.live;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import io.vgpusteward.cluster.Cluster.Leadership;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A seat in the election for a Lease, taken again after each loss until closed. The callbacks come
 * in order from one thread of its own, so that slow ones do not cost the lease.
 */
final class Election implements Leadership {
  private static final Logger LOG = LoggerFactory.getLogger(Election.class);

  private final KubernetesClient client;
  private final LeaderElectionConfig config;
  private final ExecutorService thread;
  private final String name;
  private boolean closed;
  private @Nullable CompletableFuture<?> round;

  /** How long a leader may be silent; it renews five times as often and gives up at two thirds. */
  Election(
      KubernetesClient client,
      String namespace,
      String name,
      String identity,
      Duration lease,
      Runnable onStart,
      Runnable onStop) {
    this.client = client;
    this.name = name;
    thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("cluster-lead-" + name).factory());
    config =
        new LeaderElectionConfigBuilder()
            .withName(name)
            .withLock(new SturdyLock(new LeaseLock(namespace, name, identity)))
            .withLeaseDuration(lease)
            .withRenewDeadline(lease.multipliedBy(2).dividedBy(3))
            .withRetryPeriod(lease.dividedBy(6))
            .withReleaseOnCancel(true)
            .withLeaderCallbacks(
                new LeaderCallbacks(
                    () -> call("Leading", onStart),
                    () -> call("No longer leading", onStop),
                    id -> {}))
            .build();
    run();
  }

  private synchronized void run() {
    if (closed) {
      return;
    }
    CompletableFuture<?> next = client.leaderElector().withConfig(config).build().start();
    round = next;
    var _ = next.whenComplete((done, error) -> run());
  }

  private void call(String what, Runnable callback) {
    thread.execute(() -> {
      LOG.info("{} by lease {}", what, name);
      try {
        callback.run();
      } catch (RuntimeException e) {
        LOG.error("A change of leader failed", e);
      }
    });
  }

  /** Gives the lease up, which another sees at its next look, and waits for {@code onStop}. */
  @Override
  public void close() {
    CompletableFuture<?> last;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      last = round;
    }
    if (last != null) {
      last.cancel(true);
    }
    thread.shutdown();
    try {
      if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("The work under lease {} does not stop", name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Turns every failure into the one type that the elector retries after: any other ends its loop
   * without a word, for instance on a Lease that somebody made without its fields.
   */
  private record SturdyLock(Lock lock) implements Lock {
    @Override
    public @Nullable LeaderElectionRecord get(KubernetesClient client) {
      return retriable(() -> lock.get(client));
    }

    @Override
    public void create(KubernetesClient client, LeaderElectionRecord record) {
      retriable(() -> {
        lock.create(client, record);
        return true;
      });
    }

    @Override
    public void update(KubernetesClient client, LeaderElectionRecord record) {
      retriable(() -> {
        lock.update(client, record);
        return true;
      });
    }

    @Override
    public String identity() {
      return lock.identity();
    }

    @Override
    public String describe() {
      return lock.describe();
    }

    private static <T extends @Nullable Object> T retriable(Supplier<T> call) {
      try {
        return call.get();
      } catch (KubernetesClientException e) {
        throw e;
      } catch (RuntimeException e) {
        throw new KubernetesClientException("the Lease cannot be used", e);
      }
    }
  }
}
