package io.vgpusteward.agent;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AgentLoopTest {
  @TempDir private Path folder;
  private FakeWorld world;

  @BeforeEach
  void begin() {
    world = new FakeWorld(folder);
  }

  private final AtomicInteger reads = new AtomicInteger();

  private AgentLoop loop() {
    return new AgentLoop(
        world.agent(),
        () -> {
          reads.incrementAndGet();
          return world.now;
        },
        Duration.ZERO,
        world);
  }

  private static CompletableFuture<Void> running(AgentLoop loop) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            loop.run();
          } catch (InterruptedException e) {
            throw new CompletionException(e);
          }
        },
        task -> Thread.ofPlatform().start(task));
  }

  @Test
  void run_makesAPassWhenItIsWoken_andEndsWhenClosed() throws Exception {
    AgentLoop loop = loop();
    CompletableFuture<Void> run = running(loop);
    await().atMost(10, SECONDS).until(() -> world.said.contains("labels []"));
    world.profiles = Map.of("profiles", FakeGpus.FIRST + "=L40S-24Q");
    loop.wake();
    await().atMost(10, SECONDS).until(() -> world.said.contains("report Changing, Settled"));
    loop.close();
    run.get(10, SECONDS);
    assertThat(loop.lastPass()).isEqualTo(world.now);
  }

  @Test
  void run_goesOnAfterWhatFails() throws Exception {
    world.failing = Set.of("report");
    AgentLoop loop = loop();
    CompletableFuture<Void> run = running(loop);
    await().atMost(10, SECONDS).until(() -> world.said.contains("unavailable"));
    world.failing = Set.of();
    loop.wake();
    await().atMost(10, SECONDS).until(() -> world.said.contains("labels []"));
    loop.close();
    run.get(10, SECONDS);
  }

  @Test
  void once_endsWhenNothingIsLeftToDo() throws Exception {
    AtomicInteger hours = new AtomicInteger();
    world.profiles = Map.of("profiles", FakeGpus.FIRST + "=L40S-24Q");
    AgentLoop loop =
        new AgentLoop(
            world.agent(),
            () -> {
              // Each look at the clock is a step of time: nobody waits.
              hours.incrementAndGet();
              world.pass(Duration.ofSeconds(8));
              return world.now;
            },
            Duration.ZERO,
            world);
    Look look = loop.once(Duration.ofHours(1));
    assertThat(look.isSettled()).isTrue();
    assertThat(world.gpus.type(FakeGpus.FIRST)).isEqualTo(1155);
    assertThat(hours.get()).isGreaterThan(2);
  }

  @Test
  void once_givesUpInTime() {
    world.failing = Set.of("mark");
    Instant began = world.now;
    AgentLoop loop =
        new AgentLoop(
            world.agent(),
            () -> {
              world.pass(Duration.ofSeconds(8));
              return world.now;
            },
            Duration.ZERO,
            world);
    assertThatThrownBy(() -> loop.once(Duration.ofMinutes(1)))
        .isInstanceOf(UnavailableException.class)
        .hasMessage("mark does not work");
    assertThat(Duration.between(began, world.now)).isLessThan(Duration.ofMinutes(5));
  }
}
