package io.vgpusteward.certs;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a {@link KeySource} again and again and hands on each new pair; while the source fails, the
 * last good pair stays.
 *
 * <p>It polls instead of watching the folder: a mounted Secret changes by a swapped symlink, and a
 * process that was paused has missed its timers, but not the next look.
 */
public final class KeyWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyWatch.class);

  private final KeySource source;
  private final InstantSource clock;
  private final Consumer<KeyMaterial> onChange;
  private final ScheduledExecutorService poller;
  private volatile KeyMaterial current;
  private volatile String failure = "";

  private KeyWatch(
      KeySource source, KeyMaterial first, InstantSource clock, Consumer<KeyMaterial> onChange) {
    this.source = source;
    this.current = first;
    this.clock = clock;
    this.onChange = onChange;
    this.poller =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("key-watch").factory());
  }

  /**
   * Starts to look every {@code period}.
   *
   * @param first the pair in use
   * @param onChange is called with each pair that differs from the one in use, from the watch's own
   *     thread; when it throws, the pair counts as not in use and is tried again
   */
  public static KeyWatch start(
      KeySource source,
      KeyMaterial first,
      Duration period,
      InstantSource clock,
      Consumer<KeyMaterial> onChange) {
    KeyWatch watch = new KeyWatch(source, first, clock, onChange);
    var _ =
        watch.poller.scheduleWithFixedDelay(
            watch::look, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    return watch;
  }

  /** The pair in use. */
  public KeyMaterial current() {
    return current;
  }

  /** What is wrong with the pair in use, if something is: it expired. */
  public Optional<String> problem() {
    try {
      current.checkValidAt(clock.instant());
      return Optional.empty();
    } catch (KeyMaterialException e) {
      String message = String.valueOf(e.getMessage());
      return Optional.of(failure.isEmpty() ? message : message + "; " + failure);
    }
  }

  private void look() {
    try {
      KeyMaterial found = source.read();
      if (!found.equals(current)) {
        onChange.accept(found);
        current = found;
        LOG.info("now serving the {}", found);
      }
      failure = "";
    } catch (RuntimeException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.equals(failure)) {
        LOG.error("keeping the certificate in use: {}", message);
      }
      failure = message;
    }
  }

  @Override
  public void close() {
    poller.shutdownNow();
  }
}
