package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.sysfs.RefusedException.Errno;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the last write to a virtual function means now. The driver's numbers are hints, and drivers
 * differ in them; what sysfs shows afterwards decides whether it worked.
 */
sealed interface Trial {
  /** Nothing is known against a write. */
  record Free() implements Trial {}

  /** The driver was still busy with what was there before; soon again. */
  record Busy(Instant until) implements Trial {}

  /** Somebody holds it of whom the cluster knows nothing; quietly again later. */
  record Held(Instant until, String words) implements Trial {}

  /** It did not work; again later, since the cause may have gone. */
  record Refused(Instant until, String words) implements Trial {}

  /** After so many tries in a row it is no process that is about to end. */
  int MOST_BUSY = 6;

  /** What holds for a function that is not as it is configured. */
  static Trial of(Function function, Optional<Attempt> attempt, Instant now) {
    Trial trial = attempt.map(last -> of(function, last)).orElseGet(Free::new);
    return whenToTry(trial).filter(until -> until.isAfter(now)).isPresent() ? trial : new Free();
  }

  /** When it may be tried again; empty where it may be at once. */
  static Optional<Instant> whenToTry(Trial trial) {
    return switch (trial) {
      case Free free -> Optional.empty();
      case Busy busy -> Optional.of(busy.until());
      case Held held -> Optional.of(held.until());
      case Refused refused -> Optional.of(refused.until());
    };
  }

  /** Whether an attempt still says anything about the function. */
  static boolean matters(Function function, Attempt attempt) {
    boolean isReset = attempt.type() == 0;
    return attempt.goal().equals(function.goal())
        && !function.isSatisfied()
        && isReset == function.isSet();
  }

  private static Trial of(Function function, Attempt last) {
    if (!matters(function, last)) {
      return new Free();
    }
    return last.type() == 0 ? reset(function, last) : set(function, last);
  }

  private static Trial reset(Function function, Attempt last) {
    if (last.refusal().isEmpty()) {
      return new Refused(
          later(last, 10, 600),
          "the driver accepted 0 and %s still; see the vGPU manager's log on the node, and reload"
                  .formatted(function.describe())
              + " its driver if this stays");
    }
    return switch (last.refusal().get()) {
      case EBUSY ->
          last.failures() < MOST_BUSY
              ? new Busy(later(last, 1, 30))
              : new Held(
                  later(last, 30, 300),
                  "the driver is busy with it (EBUSY): a process of its last virtual machine does"
                      + " not end, or something on the node holds it that is no pod; look for"
                      + " qemu processes, or stop what uses it");
      case EPERM ->
          new Held(
              later(last, 30, 300),
              "the driver says that it is held (EPERM), though no pod has it; stop what uses it"
                  + " on the node (nvidia-smi vgpu -q names it)");
      case EACCES -> refused(last, Refusals.mayNotWrite());
      case EIO, EINVAL, ENODEV, ENOSPC, ENOENT, OTHER ->
          refused(
              last,
              "the driver refuses to empty it (%s): see the vGPU manager's log on the node"
                  .formatted(Refusals.quote(last)));
    };
  }

  private static Trial set(Function function, Attempt last) {
    if (last.refusal().isEmpty()) {
      return new Refused(
          later(last, 10, 600),
          "the driver accepted %s and %s carries %s; see the vGPU manager's log on the node"
              .formatted(function.goalWords(), function.busId(), function.carries()));
    }
    if (last.refusal().get() == Errno.EBUSY && last.failures() < MOST_BUSY) {
      return new Busy(later(last, 1, 30));
    }
    return refused(last, Refusals.ofSet(function, last));
  }

  private static Refused refused(Attempt last, String words) {
    return new Refused(later(last, 10, 600), words);
  }

  /** Twice as long each time. */
  private static Instant later(Attempt last, long firstSeconds, long mostSeconds) {
    int doublings = Math.min(last.failures() - 1, 10);
    return last.at().plus(Duration.ofSeconds(Math.min(mostSeconds, firstSeconds << doublings)));
  }
}
