package io.vgpusteward.webhook.license;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on keys, each on a virtual thread: a key that is added often is worked on once, never twice
 * at the same time, and again when it was added meanwhile.
 *
 * <p>A key that fails waits, longer each time, while the others go on; a key that hangs gives its
 * place to another after {@link QueueLimits#hangAfter}. Keys that somebody waits for overtake those
 * added in the background. All methods may be called from any thread, and none but {@link #close}
 * blocks. The rules are those of client-go's workqueue (util/workqueue/queue.go).
 */
final class WorkQueue<K> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkQueue.class);

  /** What is done with a key. */
  @FunctionalInterface
  interface Work<K> {
    /**
     * Works on the key; what it throws is a failure.
     *
     * @param failures how often in a row it failed before
     */
    Next process(K key, int failures);
  }

  private record Alarm(long atNanos, ScheduledFuture<?> future) {}

  private final QueueLimits limits;
  private final Work<K> work;
  private final Semaphore places;
  private final ExecutorService workers;
  private final ScheduledThreadPoolExecutor timer;
  private final Thread dispatcher;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Runnable onRetry;
  private final AtomicInteger hanging = new AtomicInteger();

  private final Object lock = new Object();
  private final Set<K> urgent = new LinkedHashSet<>();
  private final Set<K> background = new LinkedHashSet<>();
  private final Set<K> running = new HashSet<>();
  private final Map<K, Alarm> alarms = new HashMap<>();
  private final Map<K, Integer> failures = new HashMap<>();

  /**
   * A queue that does nothing before {@link #start}.
   *
   * @param name what its threads are called
   * @param onRetry called when a key is put off after a failure; must not block
   */
  WorkQueue(String name, QueueLimits limits, Work<K> work, Runnable onRetry) {
    this.limits = limits;
    this.work = work;
    this.onRetry = onRetry;
    this.places = new Semaphore(limits.concurrency());
    this.workers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-", 0).factory());
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name(name + "-timer").factory());
    this.timer.setRemoveOnCancelPolicy(true);
    this.dispatcher = Thread.ofPlatform().daemon().name(name + "-queue").unstarted(this::dispatch);
  }

  /** Begins to work; what was added before is done then. */
  WorkQueue<K> start() {
    dispatcher.start();
    return this;
  }

  /** Has the key worked on before all that was added in the background. */
  void add(K key) {
    synchronized (lock) {
      if (!closed.get()) {
        background.remove(key);
        urgent.add(key);
        lock.notifyAll();
      }
    }
  }

  /** Has the key worked on when nothing urgent waits. */
  void addInBackground(K key) {
    synchronized (lock) {
      if (!closed.get() && !urgent.contains(key)) {
        background.add(key);
        lock.notifyAll();
      }
    }
  }

  /** How many keys wait for their turn, without those that wait for a time. */
  int depth() {
    synchronized (lock) {
      return urgent.size() + background.size();
    }
  }

  /** How many keys are being worked on. */
  int running() {
    synchronized (lock) {
      return running.size();
    }
  }

  /** How many keys are being worked on for longer than {@link QueueLimits#hangAfter}. */
  int hanging() {
    return hanging.get();
  }

  /**
   * Begins no more work, lets go on what runs for {@link QueueLimits#drain}, interrupts the rest.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    synchronized (lock) {
      urgent.clear();
      background.clear();
      alarms.clear();
    }
    dispatcher.interrupt();
    timer.shutdownNow();
    workers.shutdown();
    try {
      if (workers.awaitTermination(limits.drain().toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    workers.shutdownNow();
  }

  private void dispatch() {
    TokenBucket bucket = new TokenBucket(limits.perSecond(), limits.burst(), System::nanoTime);
    try {
      while (!closed.get()) {
        places.acquire();
        awaitKey();
        TimeUnit.NANOSECONDS.sleep(bucket.reserve());
        begin(take());
      }
    } catch (InterruptedException | RejectedExecutionException e) {
      LOG.debug("the queue closes");
    }
  }

  /** Waits for a key before a token is spent on it, so that an idle queue keeps its burst. */
  private void awaitKey() throws InterruptedException {
    synchronized (lock) {
      while (next() == null) {
        lock.wait();
      }
    }
  }

  private K take() throws InterruptedException {
    synchronized (lock) {
      @Nullable K key = next();
      while (key == null) {
        lock.wait();
        key = next();
      }
      urgent.remove(key);
      background.remove(key);
      running.add(key);
      Alarm alarm = alarms.remove(key);
      if (alarm != null) {
        alarm.future().cancel(false);
      }
      return key;
    }
  }

  /** The first key whose turn it is: one being worked on stays until that is over. */
  private @Nullable K next() {
    for (K key : urgent) {
      if (!running.contains(key)) {
        return key;
      }
    }
    for (K key : background) {
      if (!running.contains(key)) {
        return key;
      }
    }
    return null;
  }

  private void begin(K key) {
    AtomicBoolean over = new AtomicBoolean();
    ScheduledFuture<?> hang =
        timer.schedule(
            () -> {
              if (over.compareAndSet(false, true)) {
                hanging.incrementAndGet();
                places.release();
              }
            },
            limits.hangAfter().toNanos(),
            TimeUnit.NANOSECONDS);
    workers.execute(() -> {
      try {
        run(key);
      } finally {
        hang.cancel(false);
        if (over.compareAndSet(false, true)) {
          places.release();
        } else {
          hanging.decrementAndGet();
        }
      }
    });
  }

  private void run(K key) {
    int before;
    synchronized (lock) {
      before = failures.getOrDefault(key, 0);
    }
    Next next = new Next.Retry();
    try {
      next = work.process(key, before);
    } catch (RuntimeException | Error e) {
      LOG.error("work on {} failed: {}", key, Failure.describe(e));
    }
    synchronized (lock) {
      running.remove(key);
      switch (next) {
        case Next.Done done -> failures.remove(key);
        case Next.After after -> {
          failures.remove(key);
          wake(key, after.pause());
        }
        case Next.Retry retry -> {
          failures.put(key, before + 1);
          onRetry.run();
          wake(key, limits.retryAfter(before + 1));
        }
      }
      lock.notifyAll();
    }
  }

  /** Adds the key after a time, or earlier where it is to be woken earlier already. */
  private void wake(K key, Duration wait) {
    if (closed.get()) {
      return;
    }
    long at = System.nanoTime() + wait.toNanos();
    Alarm alarm = alarms.get(key);
    if (alarm != null && alarm.atNanos() - at <= 0) {
      return;
    }
    if (alarm != null) {
      alarm.future().cancel(false);
    }
    try {
      alarms.put(
          key,
          new Alarm(
              at,
              timer.schedule(() -> addInBackground(key), wait.toNanos(), TimeUnit.NANOSECONDS)));
    } catch (RejectedExecutionException e) {
      LOG.debug("the queue closes");
    }
  }
}
