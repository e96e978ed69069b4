package io.vgpusteward.cluster.state;

import io.vgpusteward.cluster.ClusterListener;
import io.vgpusteward.cluster.ClusterListener.Change;
import io.vgpusteward.cluster.ClusterView;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes views of a {@link ClusterState} on one thread of its own, one for a burst of changes, and
 * tells the listeners afterwards on that thread. Nobody is told of views that are not ready; the
 * first ready one is a change of everything.
 */
public final class ViewPublisher implements AutoCloseable {
  /** How long changes may gather before they show. */
  static final Duration GATHER = Duration.ofMillis(20);

  /** The same for changes that happen all the time and that nobody waits for. */
  static final Duration GATHER_UNHURRIED = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(ViewPublisher.class);

  private final ClusterState state;
  private final Supplier<List<String>> missing;
  private final InstantSource clock;
  private final List<ClusterListener> listeners = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService thread;
  private volatile ClusterView view;

  private final Object lock = new Object();
  private Set<Change> gathered = new LinkedHashSet<>();
  private boolean soon;
  private boolean later;

  /**
   * Publishes an empty view.
   *
   * @param missing what has not been seen yet, asked for each view
   */
  public ViewPublisher(ClusterState state, Supplier<List<String>> missing, InstantSource clock) {
    this.state = state;
    this.missing = missing;
    this.clock = clock;
    view = ClusterView.empty(clock.instant(), missing.get());
    thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("cluster-view").factory());
  }

  /** The newest view. */
  public ClusterView view() {
    return view;
  }

  public void addListener(ClusterListener listener) {
    listeners.add(listener);
  }

  /** Has a write show in a view soon, together with what else is written until then. */
  public void publish(Effect effect) {
    if (!effect.changed()) {
      return;
    }
    synchronized (lock) {
      gathered.addAll(effect.changes());
      if (effect.urgent() && !soon) {
        soon = true;
        schedule(this::make, GATHER);
      } else if (!effect.urgent() && !later) {
        later = true;
        schedule(this::makeIfStillDue, GATHER_UNHURRIED);
      }
    }
  }

  private void schedule(Runnable task, Duration delay) {
    try {
      var _ = thread.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("A change came after the end");
    }
  }

  /** Makes a view at once and returns when it is there and the listeners know. */
  public void publishNow() {
    CompletableFuture.runAsync(this::make, thread).join();
  }

  /** An urgent change may have brought a view in the meantime. */
  private void makeIfStillDue() {
    boolean due;
    synchronized (lock) {
      due = later;
    }
    if (due) {
      make();
    }
  }

  private void make() {
    Set<Change> changes;
    synchronized (lock) {
      changes = gathered;
      gathered = new LinkedHashSet<>();
      soon = false;
      later = false;
    }
    ClusterView before = view;
    ClusterView next = state.view(clock.instant(), missing.get());
    view = next;
    if (!next.isReady()) {
      return;
    }
    Change everything = new Change.OfEverything();
    if (!before.isReady() || changes.contains(everything)) {
      tell(everything);
    } else {
      changes.forEach(this::tell);
    }
  }

  private void tell(Change change) {
    for (ClusterListener listener : listeners) {
      try {
        listener.changed(change);
      } catch (RuntimeException e) {
        LOG.error("A listener failed on {}", change, e);
      }
    }
  }

  /** Makes no more views; the last one stays. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
