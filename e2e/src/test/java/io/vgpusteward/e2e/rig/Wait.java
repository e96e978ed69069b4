package io.vgpusteward.e2e.rig;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ThrowingRunnable;

/** Waiting for what a cluster does in its own time. */
public final class Wait {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private Wait() {}

  /** Asks again until it is true, for a minute at most. */
  public static void until(String what, Callable<Boolean> condition) {
    waiting(what).until(condition);
  }

  /** Tries again until the assertions hold, for a minute at most. */
  public static void untilAsserted(String what, ThrowingRunnable assertions) {
    waiting(what).untilAsserted(assertions);
  }

  private static ConditionFactory waiting(String what) {
    return Awaitility.await(what).atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(PAUSE);
  }
}
