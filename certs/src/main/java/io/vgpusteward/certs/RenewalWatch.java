package io.vgpusteward.certs;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a source again and again, such as a {@link KeySource}, and hands on each new thing in it;
 * while the source fails, the last good one stays.
 *
 * <p>It polls instead of watching the folder: a mounted Secret changes by a swapped symlink, and a
 * process that was paused has missed its timers, but not the next look.
 */
public final class RenewalWatch<T extends Perishable> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RenewalWatch.class);

  private final Supplier<? extends T> source;
  private final InstantSource clock;
  private final Consumer<? super T> onChange;
  private final ScheduledExecutorService poller;
  private volatile T current;
  private volatile String failure = "";

  private RenewalWatch(
      Supplier<? extends T> source, T first, InstantSource clock, Consumer<? super T> onChange) {
    this.source = source;
    this.current = first;
    this.clock = clock;
    this.onChange = onChange;
    this.poller =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("renewal-watch").factory());
  }

  /**
   * Starts to look every {@code period}.
   *
   * @param source throws {@link KeyMaterialException} while it has nothing of use
   * @param first what is in use
   * @param onChange is called with each that differs from the one in use, from the watch's own
   *     thread; when it throws, it counts as not in use and is tried again
   */
  public static <T extends Perishable> RenewalWatch<T> start(
      Supplier<? extends T> source,
      T first,
      Duration period,
      InstantSource clock,
      Consumer<? super T> onChange) {
    RenewalWatch<T> watch = new RenewalWatch<>(source, first, clock, onChange);
    var _ =
        watch.poller.scheduleWithFixedDelay(
            watch::look, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    return watch;
  }

  /** What is in use. */
  public T current() {
    return current;
  }

  /** What is wrong with what is in use, if something is: it expired. */
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
      T found = source.get();
      if (!found.equals(current)) {
        onChange.accept(found);
        current = found;
        LOG.info("now using the {}", found);
      }
      failure = "";
    } catch (RuntimeException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.equals(failure)) {
        LOG.error("keeping the {}: {}", current, message);
      }
      failure = message;
    }
  }

  @Override
  public void close() {
    poller.shutdownNow();
  }
}
