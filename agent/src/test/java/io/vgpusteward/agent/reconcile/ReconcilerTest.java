package io.vgpusteward.agent.reconcile;

import static io.vgpusteward.agent.reconcile.Bench.FIRST;
import static io.vgpusteward.agent.reconcile.Bench.GPU;
import static io.vgpusteward.agent.reconcile.Bench.SECOND;
import static io.vgpusteward.agent.reconcile.Bench.SETTLE;
import static io.vgpusteward.agent.reconcile.Bench.message;
import static io.vgpusteward.agent.reconcile.Bench.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.agent.claim.Claims;
import io.vgpusteward.agent.reconcile.Round.GpuRound;
import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.Vf.State;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ReconcilerTest {
  @Test
  void unsetFunction_isAnnouncedAndWrittenOnceThatHasSettled() {
    Bench bench = Bench.l40s(1);
    bench.configure(FIRST + "=L40S-24Q");

    Round announced = bench.look();
    bench.pass(SETTLE.multipliedBy(2));
    Round unpublished = bench.publish();
    bench.pass(SETTLE.minusSeconds(1));
    Round tooSoon = bench.publish();
    bench.pass(Duration.ofSeconds(1));
    Round ready = bench.act();
    Round done = bench.act();

    assertThat(said(announced, FIRST).state()).isEqualTo(State.Changing);
    assertThat(message(announced, FIRST)).isEqualTo("gets L40S-24Q");
    assertThat(announced.changing()).containsExactly(FIRST);
    assertThat(announced.lookAgain()).isEqualTo(java.time.Instant.EPOCH.plusSeconds(2));
    assertThat(unpublished.steps()).isEmpty();
    assertThat(tooSoon.steps()).isEmpty();
    assertThat(tooSoon.lookAgain()).isEqualTo(bench.now);
    assertThat(ready.steps()).hasSize(1);
    assertThat(bench.writes).containsExactly("1149 to " + FIRST);
    assertThat(said(done, FIRST).state()).isEqualTo(State.Settled);
    assertThat(said(done, FIRST).message()).isEmpty();
    assertThat(said(done, FIRST).current().orElseThrow()).hasToString("L40S-24Q");
    assertThat(done.memory().attempts()).isEmpty();
    assertThat(done.lookAgain()).isEqualTo(bench.now.plusSeconds(30));
  }

  @Test
  void equalFunction_isLeftAlone() {
    Bench bench = Bench.l40s(2);
    bench.set(FIRST, "L40S-24Q");
    bench.configure(FIRST + "=1149", SECOND + "=none");

    bench.finish();

    assertThat(bench.writes).isEmpty();
  }

  @Test
  void otherType_isReplacedByWayOfZeroAndByTheFunctionsOwnNumber() {
    DriverModel.Gpu second = DriverModel.l40s("0000:81:00.0", 1, 2145);
    Bench bench =
        new Bench(new DriverModel(DriverModel.Kind.VENDOR, DriverModel.l40s(GPU, 1, 1145), second));
    bench.set(FIRST, "L40S-12Q");
    bench.set("0000:81:00.4", "L40S-12Q");
    bench.configure("L40S=24Q");

    bench.finish();

    assertThat(bench.writes)
        .containsExactly(
            "0 to " + FIRST, "1149 to " + FIRST, "0 to 0000:81:00.4", "2149 to 0000:81:00.4");
  }

  @Test
  void placementDecidedBefore_arrivesAndTheWriteIsOff() {
    Bench bench = Bench.l40s(1);
    bench.set(FIRST, "L40S-12Q");
    bench.configure(FIRST + "=L40S-24Q");
    bench.publish();
    bench.pass(SETTLE);

    bench.await("workstation");
    Round awaiting = bench.act();
    bench.hold(FIRST, "workstation");
    Round held = bench.act();
    bench.claims = Claims.none();
    Round again = bench.act();

    assertThat(said(awaiting, FIRST).state()).isEqualTo(State.Pending);
    assertThat(message(awaiting, FIRST))
        .isEqualTo(
            "virtual machine tenant/workstation is on this node and may be given this function;"
                + " changes from L40S-12Q to L40S-24Q when it is known which one it has");
    assertThat(said(held, FIRST).state()).isEqualTo(State.Pending);
    assertThat(message(held, FIRST))
        .isEqualTo(
            "held by virtual machine tenant/workstation; changes from L40S-12Q to L40S-24Q when"
                + " that has stopped");
    assertThat(said(again, FIRST).state()).isEqualTo(State.Changing);
    assertThat(bench.writes).isEmpty();

    bench.finish();
    assertThat(bench.writes).containsExactly("0 to " + FIRST, "1149 to " + FIRST);
  }

  @Test
  void newSize_waitsAsAWholeForTheOneThatIsHeld() {
    Bench bench = Bench.l40s(3);
    bench.look();
    bench.set(FIRST, "L40S-24Q");
    bench.set(SECOND, "L40S-24Q");
    bench.configure(GPU + "/*=L40S-12Q");
    bench.hold(SECOND, "workstation");

    Round round = bench.finish();

    assertThat(said(round, FIRST).state()).isEqualTo(State.Pending);
    assertThat(message(round, FIRST))
        .startsWith("changes from L40S-24Q to L40S-12Q once " + SECOND)
        .contains("virtual machine tenant/workstation");
    assertThat(said(round, "0000:41:00.6").state()).isEqualTo(State.Pending);
    assertThat(bench.writes).isEmpty();
  }

  @Test
  void halfDoneGpu_isFinishedFromWhatSysfsSays() {
    Bench bench = Bench.l40s(2);
    bench.set(SECOND, "L40S-24Q");
    bench.configure(GPU + "/*=L40S-12Q");
    bench.memory = Memory.empty();

    bench.finish();

    assertThat(bench.writes)
        .containsExactly("0 to " + SECOND, "1146 to " + SECOND, "1146 to " + FIRST);
  }

  @Test
  void emptiedInVain_getsBackWhatItHad() {
    Bench bench = Bench.l40s(2);
    bench.set(FIRST, "L40S-24Q");
    bench.set(SECOND, "L40S-24Q");
    bench.vf(SECOND).isOpen = true;
    bench.configure(GPU + "/*=L40S-12Q");

    Round round = bench.finish();

    assertThat(bench.writes)
        .containsExactly("0 to " + FIRST, "EPERM for 0 to " + SECOND, "1149 to " + FIRST);
    assertThat(said(round, SECOND).state()).isEqualTo(State.Pending);
    assertThat(message(round, SECOND)).contains("held (EPERM), though no pod has it");
    assertThat(said(round, FIRST).state()).isEqualTo(State.Pending);

    // The next try begins with the one that was held.
    bench.pass(Duration.ofSeconds(30));
    bench.finish();
    assertThat(bench.writes).hasSize(4).last().isEqualTo("EPERM for 0 to " + SECOND);
  }

  @Test
  void asManyAsFit_othersStayEmptyAndAreFine() {
    Bench bench = Bench.l40s(4);
    bench.configure("L40S=24Q");

    Round round = bench.finish();

    assertThat(bench.writes).containsExactly("1149 to " + FIRST, "1149 to " + SECOND);
    assertThat(said(round, "0000:41:00.6").state()).isEqualTo(State.Settled);
    assertThat(said(round, "0000:41:00.6").desired()).isEmpty();
    assertThat(message(round, "0000:41:00.6"))
        .isEqualTo(
            "empty: as many functions as fit on the GPU are for L40S-24Q (line 1 of key profiles)");
  }

  @Test
  void oneTooMany_fails() {
    Bench bench = Bench.l40s(3);
    bench.configure(FIRST + "=L40S-24Q", SECOND + "=L40S-24Q", "0000:41:00.6=L40S-24A");

    Round round = bench.finish();

    assertThat(said(round, "0000:41:00.6").state()).isEqualTo(State.Failed);
    assertThat(message(round, "0000:41:00.6"))
        .startsWith("the GPU has no room for L40S-24A: " + FIRST + " carries L40S-24Q")
        .endsWith("remove line 3 of key profiles");
  }

  @Test
  void twoSizes_areRefusedBeforeAnyWrite() {
    Bench bench = Bench.l40s(2);
    bench.configure(FIRST + "=L40S-24Q", SECOND + "=L40S-12Q");

    Round round = bench.finish();

    assertThat(bench.writes).isEmpty();
    assertThat(said(round, FIRST).state()).isEqualTo(State.Failed);
    assertThat(message(round, SECOND))
        .isEqualTo(
            "L40S-24Q (line 1 of key profiles), L40S-12Q (line 2 of key profiles) are configured"
                + " for GPU 0000:41:00.0, whose vGPUs must have one frame buffer size; configure"
                + " one, or run nvidia-smi vgpu -i 0000:41:00.0 -shm 1 on the node and add the line"
                + " 0000:41:00.0/sizes=mixed");
  }

  @Test
  void twoSizes_areWrittenWhereSizesMix() {
    Bench bench = Bench.l40s(2);
    bench.vf(FIRST).gpu.isMixed = true;
    bench.configure(GPU + "/sizes=mixed", FIRST + "=L40S-24Q", SECOND + "=L40S-12Q");

    Round round = bench.finish();

    assertThat(bench.writes).containsExactly("1149 to " + FIRST, "1146 to " + SECOND);
    assertThat(round.gpus().getFirst().sizes()).isEqualTo(Gpu.Sizes.Mixed);
  }

  @Test
  void mixedSizesThatAreOff_areFoundByTheFirstWrite() {
    Bench bench = Bench.l40s(2);
    bench.configure(GPU + "/sizes=mixed", FIRST + "=L40S-24Q", SECOND + "=L40S-12Q");

    Round round = bench.finish();

    assertThat(bench.writes).containsExactly("1149 to " + FIRST);
    assertThat(round.gpus().getFirst().sizes()).isEqualTo(Gpu.Sizes.Equal);
    assertThat(said(round, SECOND).state()).isEqualTo(State.Failed);
    assertThat(message(round, SECOND)).contains("mixed sizes are off after every boot");
  }

  @Test
  void functionThatNoLineIsAbout_isLeftAndNamed() {
    Bench bench = Bench.l40s(2);
    bench.set(FIRST, "L40S-24Q");
    bench.configure(SECOND + "=L40S-12Q");

    Round round = bench.finish();

    assertThat(bench.writes).isEmpty();
    assertThat(said(round, FIRST).state()).isEqualTo(State.Settled);
    assertThat(message(round, SECOND))
        .isEqualTo(
            "L40S-12Q cannot be had beside 0000:41:00.4: it carries L40S-24Q and no line is about"
                + " it; write 0000:41:00.4=none to empty it");
  }

  @Test
  void profileThatTheGpuHasNot_failsWithItsNeighboursAndEmptiesNothing() {
    Bench bench = Bench.l40s(1);
    bench.look();
    bench.set(FIRST, "L40S-24Q");
    bench.configure(FIRST + "=L40S-42Q");

    Round round = bench.finish();

    assertThat(bench.writes).isEmpty();
    assertThat(said(round, FIRST).state()).isEqualTo(State.Failed);
    assertThat(message(round, FIRST))
        .startsWith("the driver has no L40S-42Q for this GPU; it has L40S-")
        .contains("L40S-48Q")
        .endsWith("correct line 1 of key profiles");
  }

  @Test
  void namesOfAFullGpu_areThoseThatWerePublished() {
    Bench bench = Bench.l40s(2);
    bench.look();
    Offers published = bench.memory.offers().get(GPU);
    bench.set(FIRST, "L40S-24Q");
    bench.set(SECOND, "L40S-24Q");
    bench.configure("L40S=24Q");
    bench.memory =
        Memory.empty()
            .seeded(
                GPU,
                java.util.Objects.requireNonNull(published).types(),
                published.frameBufferGib());

    Round round = bench.finish();

    assertThat(bench.writes).isEmpty();
    assertThat(said(round, FIRST).current().orElseThrow()).hasToString("L40S-24Q");
    assertThat(round.gpus().getFirst().offers().frameBufferGib()).isEqualTo(OptionalInt.of(48));
  }

  @Test
  void namesOfAFullGpuThatNobodyKnows_areLearntByOneFunction() {
    Bench bench = Bench.l40s(2);
    bench.set(FIRST, "L40S-24Q");
    bench.set(SECOND, "L40S-24Q");
    bench.configure(FIRST + "=L40S-24Q", SECOND + "=L40S-24Q");

    Round before = bench.look();
    bench.finish();

    assertThat(said(before, FIRST).hasUnknownType()).isTrue();
    assertThat(bench.writes).containsExactly("0 to " + FIRST, "1149 to " + FIRST);
  }

  @Test
  void driverReload_isRecoveredFromAndNamesAreTakenAnew() {
    Bench bench = Bench.l40s(2);
    bench.configure(GPU + "/*=L40S-24Q");
    bench.finish();
    bench
        .vf(FIRST)
        .gpu
        .vfs
        .forEach(vf -> {
          vf.type = 0;
          vf.isThere = false;
        });

    Round gone = bench.publish();
    bench.driver.gpus.values().forEach(gpu -> gpu.vfs.forEach(vf -> vf.isThere = true));
    bench.writes.clear();
    bench.finish();

    assertThat(gone.gpus().getFirst().message().orElseThrow())
        .startsWith("its virtual functions are not enabled");
    assertThat(gone.memory().announced()).isEmpty();
    assertThat(bench.writes).containsExactly("1149 to " + FIRST, "1149 to " + SECOND);
  }

  @Test
  void mediatedDevices_areLeftAlone() {
    Bench bench = Bench.l40s(1);
    bench.configure("L40S=24Q");
    io.vgpusteward.agent.sysfs.Host host =
        new io.vgpusteward.agent.sysfs.Host(
            io.vgpusteward.agent.sysfs.Host.Era.MEDIATED, bench.driver.read().gpus());

    Round round =
        bench.reconciler.round(host, bench.profiles, Claims.none(), Memory.empty(), bench.now);

    assertThat(round.changing()).isEmpty();
    assertThat(round.gpus().stream().map(GpuRound::message).toList())
        .containsExactly(
            Optional.of(
                "the node's driver makes vGPUs by mediated devices, which are not ours to touch"));
  }

  @Test
  void unreadableFunction_isUnknownAndNeverWritten() {
    Bench bench = Bench.l40s(1);
    bench.vf(FIRST).isReadable = false;
    bench.configure(FIRST + "=L40S-24Q");

    Round round = bench.finish();

    assertThat(said(round, FIRST).state()).isEqualTo(State.Unknown);
    assertThat(message(round, FIRST)).isEqualTo("current_vgpu_type cannot be read");
    assertThat(bench.writes).isEmpty();
  }

  @Test
  void functionOfAnotherDriver_failsWithTheCure() {
    Bench bench = Bench.l40s(1);
    bench.vf(FIRST).driver = "vfio-pci";
    bench.configure(FIRST + "=L40S-24Q");

    Round round = bench.finish();

    assertThat(said(round, FIRST).state()).isEqualTo(State.Failed);
    assertThat(message(round, FIRST)).startsWith("its driver is vfio-pci").contains("sriov-manage");
    assertThat(bench.writes).isEmpty();
  }

  @Test
  void migBackedProfile_saysWhatToDoFirst() {
    Bench bench = Bench.l40s(1);
    bench.configure(FIRST + "=A100-1-5C");

    Round round = bench.finish();

    assertThat(said(round, FIRST).state()).isEqualTo(State.Failed);
    assertThat(message(round, FIRST)).contains("MIG-backed").contains("nvidia-smi mig -cgi");
  }
}
