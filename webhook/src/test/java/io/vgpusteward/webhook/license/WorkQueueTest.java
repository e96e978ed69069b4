package io.vgpusteward.webhook.license;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
  private final List<String> done = new CopyOnWriteArrayList<>();
  private final AtomicInteger retries = new AtomicInteger();
  private final CountDownLatch gate = new CountDownLatch(1);
  private @Nullable WorkQueue<String> queue;

  private WorkQueue<String> queue(QueueLimits limits, WorkQueue.Work<String> work) {
    WorkQueue<String> created = new WorkQueue<>("test", limits, work, retries::incrementAndGet);
    queue = created;
    return created;
  }

  private static QueueLimits limits(int concurrency) {
    return new QueueLimits(
        concurrency,
        1_000_000,
        1_000,
        Duration.ofMillis(10),
        Duration.ofMillis(80),
        Duration.ofSeconds(30),
        Duration.ofMillis(100));
  }

  private static QueueLimits hangingAfter(Duration hangAfter) {
    QueueLimits base = limits(1);
    return new QueueLimits(
        1,
        base.perSecond(),
        base.burst(),
        base.firstRetry(),
        base.lastRetry(),
        hangAfter,
        base.drain());
  }

  private Next note(String key, int failures) {
    done.add(key);
    return new Next.Done();
  }

  private void pass() {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void close() {
    gate.countDown();
    if (queue != null) {
      queue.close();
    }
  }

  @Test
  void keyAddedOften_isWorkedOnOnce() {
    WorkQueue<String> queue = queue(limits(1), this::note);
    for (int i = 0; i < 100; i++) {
      queue.add("a");
      queue.addInBackground("a");
    }
    queue.add("last");
    assertThat(queue.depth()).isEqualTo(2);

    queue.start();

    await().until(() -> done.contains("last"));
    assertThat(done).containsExactly("a", "last");
    assertThat(queue.depth()).isZero();
  }

  @Test
  void keyAddedWhileWorkedOn_isWorkedOnAgainAfterwards() {
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    WorkQueue<String> queue =
        queue(
            limits(4),
            (key, failures) -> {
              most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
              done.add("begun");
              pass();
              atOnce.decrementAndGet();
              return new Next.Done();
            });
    queue.start().add("a");
    await().until(() -> done.size() == 1);

    queue.add("a");
    queue.add("a");
    assertThat(queue.depth()).isEqualTo(1);
    gate.countDown();

    await().until(() -> done.size() == 2);
    await().until(() -> atOnce.get() == 0);
    assertThat(most).hasValue(1);
  }

  @Test
  void urgentKeys_overtakeTheBackground() {
    WorkQueue<String> queue = queue(limits(1), this::note);
    queue.addInBackground("renewal-1");
    queue.addInBackground("renewal-2");
    queue.add("new-guest");
    queue.add("renewal-2");

    queue.start();

    await().until(() -> done.size() == 3);
    assertThat(done).containsExactly("new-guest", "renewal-2", "renewal-1");
  }

  @Test
  void failingKey_isTriedAgainWithItsCount_whileOthersGoOn() {
    Map<String, Integer> failed = new ConcurrentHashMap<>();
    WorkQueue<String> queue =
        queue(
            limits(1),
            (key, failures) -> {
              if (key.equals("bad") && failures < 4) {
                failed.put(key, failures + 1);
                return new Next.Retry();
              }
              return note(key, failures);
            });
    queue.start().add("bad");
    IntStream.range(0, 20).forEach(i -> queue.add("good-" + i));

    await().until(() -> done.size() == 21);

    assertThat(done.getLast()).isEqualTo("bad");
    assertThat(failed).containsEntry("bad", 4);
    assertThat(retries).hasValue(4);
  }

  @Test
  void success_forgetsFailures() {
    List<Integer> counts = new CopyOnWriteArrayList<>();
    WorkQueue<String> queue =
        queue(
            limits(1),
            (key, failures) -> {
              counts.add(failures);
              return counts.size() == 2 ? new Next.Done() : new Next.Retry();
            });
    queue.start().add("a");
    await().until(() -> counts.size() == 2);

    queue.add("a");

    await().until(() -> counts.size() >= 4);
    assertThat(counts.subList(0, 4)).containsExactly(0, 1, 0, 1);
  }

  @Test
  void whatIsThrown_isAFailureLikeAnother() {
    WorkQueue<String> queue =
        queue(
            limits(1),
            (key, failures) -> {
              if (failures == 0) {
                throw new IllegalStateException("secret");
              }
              if (failures == 1) {
                throw new StackOverflowError();
              }
              return note(key, failures);
            });

    queue.start().add("a");

    await().until(() -> done.contains("a"));
    assertThat(retries).hasValue(2);
  }

  @Test
  void after_comesBackLater_orWhenAddedBefore() {
    AtomicInteger passes = new AtomicInteger();
    WorkQueue<String> queue =
        queue(
            limits(1),
            (key, failures) ->
                switch (passes.incrementAndGet()) {
                  case 1 -> new Next.After(Duration.ofMillis(5));
                  default -> new Next.After(Duration.ofHours(1));
                });
    queue.start().add("a");
    await().until(() -> passes.get() == 2);

    queue.add("a");

    await().until(() -> passes.get() == 3);
  }

  @Test
  void hangingKey_givesItsPlaceToOthers() {
    WorkQueue<String> queue =
        queue(
            hangingAfter(Duration.ofMillis(20)),
            (key, failures) -> {
              if (key.equals("hangs")) {
                pass();
              }
              return note(key, failures);
            });
    queue.start().add("hangs");
    queue.add("hangs-not");

    await().until(() -> done.contains("hangs-not"));
    assertThat(queue.hanging()).isEqualTo(1);

    gate.countDown();
    await().until(() -> queue.hanging() == 0);
    assertThat(done).containsExactly("hangs-not", "hangs");
  }

  @Test
  void concurrency_isNotExceeded() {
    AtomicInteger begun = new AtomicInteger();
    WorkQueue<String> queue =
        queue(
            limits(3),
            (key, failures) -> {
              begun.incrementAndGet();
              pass();
              return note(key, failures);
            });
    IntStream.range(0, 9).forEach(i -> queue.add("key-" + i));
    queue.start();
    await().until(() -> begun.get() == 3);
    assertThat(queue.depth()).isEqualTo(6);

    gate.countDown();

    await().until(() -> done.size() == 9);
  }

  @Test
  void rate_holdsBackWhatIsOverTheBurst() {
    QueueLimits slow =
        new QueueLimits(
            8,
            1e-6,
            5,
            Duration.ofMillis(10),
            Duration.ofMillis(10),
            Duration.ofSeconds(30),
            Duration.ZERO);
    WorkQueue<String> queue = queue(slow, this::note);
    IntStream.range(0, 50).forEach(i -> queue.add("key-" + i));

    queue.start();

    await().until(() -> done.size() == 5);
    assertThat(queue.depth()).isEqualTo(45);
  }

  @Test
  void close_letsRunningWorkEnd_andTakesNoMore() {
    WorkQueue<String> queue =
        queue(
            limits(1),
            (key, failures) -> {
              gate.countDown();
              return note(key, failures);
            });
    queue.start().add("a");
    pass();

    queue.close();
    queue.close();
    queue.add("b");
    queue.addInBackground("c");

    assertThat(done).containsExactly("a");
    assertThat(queue.depth()).isZero();
  }

  @Test
  void close_interruptsWorkThatDoesNotEnd() {
    CountDownLatch begun = new CountDownLatch(1);
    WorkQueue<String> queue =
        queue(
            limits(1),
            (key, failures) -> {
              begun.countDown();
              try {
                gate.await();
              } catch (InterruptedException e) {
                done.add("interrupted");
              }
              return new Next.Retry();
            });
    queue.start().add("a");
    await().until(() -> begun.getCount() == 0);

    queue.close();

    await().until(() -> done.contains("interrupted"));
  }
}
