package io.vgpusteward.server.serve;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a program on SIGTERM and SIGINT and ends the process with status 0.
 *
 * <p>It is a shutdown hook that halts: a JVM that ends by a signal has no other way to choose its
 * status, which would be 143. Closing this takes the hook away.
 */
public final class SignalHandling implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SignalHandling.class);

  private final Thread hook;

  private SignalHandling(AutoCloseable program, Duration grace) {
    this.hook = new Thread(() -> end(program, grace), "shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Closes the program when a signal comes.
   *
   * @param grace after it the process ends with status 1, whatever still runs
   */
  public static SignalHandling close(AutoCloseable program, Duration grace) {
    return new SignalHandling(program, grace);
  }

  private static void end(AutoCloseable program, Duration grace) {
    CountDownLatch closed = new CountDownLatch(1);
    Thread.ofPlatform()
        .daemon()
        .name("closing")
        .start(() -> {
          try {
            program.close();
            closed.countDown();
          } catch (Exception e) {
            LOG.error("did not close cleanly", e);
          }
        });
    boolean inTime = false;
    try {
      inTime = closed.await(grace.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (inTime) {
      LOG.info("stopped");
    } else {
      LOG.error("not closed within {} s: giving up", grace.toMillis() / 1000.0);
    }
    Runtime.getRuntime().halt(inTime ? 0 : 1);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyShuttingDown) {
      // The hook runs: the exit that follows waits for it, and it ends the process.
      LOG.trace("shutting down", alreadyShuttingDown);
    }
  }
}
