package io.vgpusteward.agent.reconcile;

import static io.vgpusteward.agent.reconcile.Bench.FIRST;
import static io.vgpusteward.agent.reconcile.Bench.message;
import static io.vgpusteward.agent.reconcile.Bench.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.agent.sysfs.RefusedException.Errno;
import io.vgpusteward.vgpu.Vf.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes of a refused write, and of one that does nothing. */
final class RefusalsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          EPERM  | Pending  | the driver says that it is held (EPERM), though no pod has it; stop what uses it
          EBUSY  | Changing | changes from L40S-12Q to L40S-24Q
          EACCES | Failed   | may not write to sysfs (EACCES): run it as root with the host's /sys mounted writable
          EIO    | Failed   | the driver refuses to empty it (EIO): see the vGPU manager's log
          EINVAL | Failed   | the driver refuses to empty it (EINVAL)
          ENODEV | Failed   | the driver refuses to empty it (ENODEV)
          ENOSPC | Failed   | the driver refuses to empty it (ENOSPC)
          ENOENT | Failed   | the driver refuses to empty it (ENOENT)
          OTHER  | Failed   | the driver refuses to empty it (OTHER)
          """)
  void refusedReset_saysWhatToDo(Errno errno, State state, String words) {
    Bench bench = Bench.l40s(1);
    bench.set(FIRST, "L40S-12Q");
    bench.configure(FIRST + "=L40S-24Q");
    bench.vf(FIRST).broken = errno;

    Round round = bench.finish();

    assertThat(bench.writes).containsExactly(errno + " for 0 to " + FIRST);
    assertThat(said(round, FIRST).state()).isEqualTo(state);
    assertThat(message(round, FIRST)).contains(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          EPERM  | Failed   | does not let L40S-24Q be set (EPERM), as if it was in use
          EBUSY  | Changing | gets L40S-24Q
          EACCES | Failed   | may not write to sysfs (EACCES)
          EIO    | Failed   | the driver lists L40S-24Q and refuses it (EIO): no room for it on the GPU, or another size
          EINVAL | Failed   | give all one size, or switch mixed sizes on
          ENODEV | Failed   | does not know L40S-24Q (ENODEV); name a profile that is listed
          ENOSPC | Failed   | no room for L40S-24Q (ENOSPC); configure fewer, or none for another
          ENOENT | Failed   | gone when it was written to
          OTHER  | Failed   | the driver refuses L40S-24Q (OTHER)
          """)
  void refusedType_saysWhatToDo(Errno errno, State state, String words) {
    Bench bench = Bench.l40s(1);
    bench.configure(FIRST + "=L40S-24Q");
    bench.vf(FIRST).broken = errno;

    Round round = bench.finish();

    assertThat(bench.writes).containsExactly(errno + " for 1149 to " + FIRST);
    assertThat(said(round, FIRST).state()).isEqualTo(state);
    assertThat(message(round, FIRST)).contains(words);
  }

  @ParameterizedTest
  @EnumSource(Errno.class)
  void refusal_isNoObstacleOnceItsCauseHasGone(Errno errno) {
    Bench bench = Bench.l40s(1);
    bench.set(FIRST, "L40S-12Q");
    bench.configure(FIRST + "=L40S-24Q");
    bench.vf(FIRST).broken = errno;
    bench.finish();

    bench.vf(FIRST).broken = null;
    bench.pass(Duration.ofSeconds(30));
    Round round = bench.finish();

    assertThat(said(round, FIRST).state()).isEqualTo(State.Settled);
    assertThat(said(round, FIRST).current().orElseThrow()).hasToString("L40S-24Q");
  }

  @Test
  void busyDriver_isTriedAgainSoonThenTakenForHeld() {
    Bench bench = Bench.l40s(1);
    bench.set(FIRST, "L40S-12Q");
    bench.configure(FIRST + "=none");
    bench.vf(FIRST).busy = 100;
    bench.publish();
    bench.pass(Bench.SETTLE);

    Round round = bench.act();
    for (int count = 0; count < 20; count++) {
      if (round.steps().isEmpty()) {
        bench.now = round.lookAgain();
      }
      round = bench.act();
    }

    assertThat(bench.writes).hasSizeBetween(6, 10);
    assertThat(message(round, FIRST)).isNotEmpty();
  }

  @Test
  void acceptedWriteThatDoesNothing_fails() {
    Bench bench = Bench.l40s(1);
    bench.configure(FIRST + "=L40S-24Q");
    bench.vf(FIRST).isDeaf = true;

    Round set = bench.finish();
    bench.set(FIRST, "L40S-12Q");
    Round reset = bench.finish();

    assertThat(bench.writes).containsExactly("1149 to " + FIRST, "0 to " + FIRST);
    assertThat(said(set, FIRST).state()).isEqualTo(State.Failed);
    assertThat(message(set, FIRST))
        .startsWith("the driver accepted L40S-24Q and " + FIRST + " carries nothing");
    assertThat(said(reset, FIRST).state()).isEqualTo(State.Failed);
    assertThat(message(reset, FIRST))
        .startsWith("the driver accepted 0 and " + FIRST + " carries L40S-12Q still");
  }

  @Test
  void otherGoal_isTriedAtOnce() {
    Bench bench = Bench.l40s(1);
    bench.configure(FIRST + "=L40S-24Q");
    bench.vf(FIRST).broken = Errno.EIO;
    bench.finish();

    bench.vf(FIRST).broken = null;
    bench.configure(FIRST + "=L40S-12Q");
    bench.finish();

    assertThat(bench.writes).last().isEqualTo("1146 to " + FIRST);
  }
}
