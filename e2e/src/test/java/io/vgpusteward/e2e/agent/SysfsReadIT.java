package io.vgpusteward.e2e.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.agent.sysfs.HostVf;
import io.vgpusteward.agent.sysfs.SysfsGpus;
import io.vgpusteward.agent.sysfs.VgpuType;
import io.vgpusteward.e2e.rig.Gpu;
import io.vgpusteward.e2e.rig.GpuControl;
import io.vgpusteward.e2e.rig.Gpus;
import io.vgpusteward.e2e.rig.Privileges;
import io.vgpusteward.e2e.rig.SimulatedGpus;
import io.vgpusteward.e2e.rig.Tools;
import io.vgpusteward.vgpu.PciId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is read of a file system with the ways of the drivers. */
final class SysfsReadIT {
  private static final String PF = "0000:41:00.0";
  private static final String VF = "0000:41:00.4";
  private static final String OTHER_VF = "0000:41:00.5";
  private static final Gpu L40S = Gpu.of("L40S", PF).withVfs(4);
  private static final long TYPE_24Q = 1155;

  @TempDir Path folder;

  @BeforeEach
  void requireRoot() {
    Privileges.requireRoot();
  }

  private SimulatedGpus start(Gpus gpus) throws IOException {
    return SimulatedGpus.start(Files.createTempDirectory(folder, "gpus"), gpus);
  }

  private static SysfsGpus of(SimulatedGpus simulated) {
    return new SysfsGpus(simulated.sysfs());
  }

  private static HostGpu card(SimulatedGpus simulated) {
    Host host = of(simulated).read();
    assertThat(host.problems()).isEmpty();
    assertThat(host.gpus()).hasSize(1);
    return host.gpus().getFirst();
  }

  private static List<String> profiles(HostVf vf) {
    return vf.creatable().stream().map(type -> type.profile().name()).toList();
  }

  @Test
  void boards_areAllThatThereAre() throws Exception {
    Path wrong = Files.writeString(folder.resolve("wrong"), "{gpus: [{board: none}]}");
    Process process =
        new ProcessBuilder(
                Tools.program("gpusim").toString(),
                "serve",
                "--config",
                wrong.toString(),
                "--mount",
                folder.toString(),
                "--socket",
                folder.resolve("socket").toString())
            .redirectErrorStream(true)
            .start();
    String message = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(message.substring(message.indexOf("there are ") + "there are ".length()).split(", "))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Board.values()).map(board -> board.token).toList());
  }

  static Stream<Arguments> boardsUnderBothDrivers() {
    return Board.withVfs()
        .flatMap(board ->
            Stream.of(
                argumentSet(
                    board.token,
                    board,
                    Gpus.of(Gpu.of(board.token, PF)),
                    board.vfs,
                    "nvidia",
                    "nvidia"),
                argumentSet(
                    board.token + ", open driver",
                    board,
                    Gpus.ofOpenDriver(Gpu.of(board.token, PF).withVfs(2)),
                    2,
                    "nova_core",
                    "nvidia_vgpu_vfio_pci")));
  }

  @ParameterizedTest
  @MethodSource("boardsUnderBothDrivers")
  void board_isReadAsItIs_andTakesEachOfItsTypes(
      Board board, Gpus gpus, int vfs, String driver, String driverOfVfs) throws Exception {
    try (SimulatedGpus simulated = start(gpus)) {
      Host host = of(simulated).read();
      HostGpu card = host.gpus().getFirst();
      assertThat(host).isEqualTo(new Host(Host.Era.SRIOV, List.of(card)));
      assertThat(card)
          .isEqualTo(
              new HostGpu(PF, PciId.parse(board.pciId), Optional.of(driver), vfs, card.vfs()));
      assertThat(card.vfs())
          .hasSize(vfs)
          .allSatisfy(vf -> {
            assertThat(vf.driver()).contains(driverOfVfs);
            assertThat(vf.type()).contains(0L);
            assertThat(vf.problem()).isEmpty();
            assertThat(profiles(vf)).containsExactlyInAnyOrderElementsOf(board.profiles());
          });
      HostVf last = card.vfs().getLast();
      for (VgpuType type : last.creatable()) {
        of(simulated).write(last.busId(), type.id());
        assertThat(simulated.control().types(PF).getLast()).isEqualTo((int) type.id());
        of(simulated).write(last.busId(), 0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"T4", "P40"})
  void boardOfTheMediatedEra_isReadAsSuch(Board board) throws IOException {
    try (SimulatedGpus simulated = start(Gpus.of(Gpu.of(board.token, PF).withMode("mdev")))) {
      Host host = of(simulated).read();
      assertThat(host.era()).isEqualTo(Host.Era.MEDIATED);
      assertThat(host.gpus())
          .containsExactly(
              new HostGpu(PF, PciId.parse(board.pciId), Optional.of("nvidia"), 0, List.of()));
    }
  }

  @Test
  void functionsOfTheMediatedEra_sayWhyTheyCarryNothing() throws IOException {
    Gpu mediated = Gpu.of("A40", "0000:3b:00.0").withMode("mdev").withVfs(2);
    try (SimulatedGpus simulated = start(Gpus.of(mediated, L40S.withTypes((int) TYPE_24Q)))) {
      Host host = of(simulated).read();
      assertThat(host.era()).isEqualTo(Host.Era.MEDIATED);
      assertThat(host.gpus().getFirst().vfs())
          .hasSize(2)
          .allSatisfy(vf -> {
            assertThat(vf.type()).isEmpty();
            assertThat(vf.problem())
                .contains("its driver makes mediated devices, not vGPUs on virtual functions");
          });
      assertThat(host.gpus().getLast().vfs().getFirst().type()).contains(TYPE_24Q);
      assertThat(host.gpus().getLast().vfs().getFirst().problem()).isEmpty();
      assertThat(simulated.control().journal()).isEmpty();
    }
  }

  @Test
  void cardWithoutVirtualFunctions_hasNone() throws IOException {
    try (SimulatedGpus simulated = start(Gpus.of(Gpu.of("T4", PF).withMode("none")))) {
      assertThat(of(simulated).read().era()).isEqualTo(Host.Era.SRIOV);
      assertThat(card(simulated).totalVfs()).isZero();
      assertThat(card(simulated).vfs()).isEmpty();
    }
  }

  @Test
  void passedThroughCard_saysSo() throws IOException {
    try (SimulatedGpus simulated = start(Gpus.of(L40S.withBoundTo("vfio-pci")))) {
      assertThat(card(simulated))
          .isEqualTo(
              new HostGpu(PF, PciId.parse("10DE:26B9"), Optional.of("vfio-pci"), 4, List.of()));
    }
  }

  @Test
  void nodeWithoutGpus_hasNone() throws IOException {
    try (SimulatedGpus simulated = start(Gpus.of())) {
      assertThat(of(simulated).read()).isEqualTo(new Host(Host.Era.NO_GPU, List.of()));
    }
  }

  @Test
  void addresses_rollOverIntoOtherDevices() throws IOException {
    try (SimulatedGpus simulated = start(Gpus.of(Gpu.of("L40S", "0000:08:00.0")))) {
      assertThat(card(simulated).vfs())
          .extracting(HostVf::busId)
          .startsWith(
              "0000:08:00.4", "0000:08:00.5", "0000:08:00.6", "0000:08:00.7", "0000:08:01.0")
          .endsWith("0000:08:04.3")
          .isSorted();
    }
  }

  @Test
  void functionWithoutItsDriver_saysWhichHasIt() throws IOException {
    try (SimulatedGpus simulated = start(Gpus.of(L40S))) {
      simulated.control().bind(VF, "vfio-pci");
      simulated.control().bind(OTHER_VF, "none");
      assertThat(card(simulated).vfs())
          .extracting(vf -> vf.problem().orElse("none"))
          .containsExactly(
              "vfio-pci has it, under which it is no vGPU: give it back to the GPU's driver",
              "no driver has it: the vGPU manager is not ready, or has stopped",
              "none",
              "none");
    }
  }

  @Test
  void functions_comeAndGoWithSriovManageAndAReboot() throws Exception {
    try (SimulatedGpus simulated = start(Gpus.of(L40S.withEnabled(0)))) {
      assertThat(card(simulated).vfs()).isEmpty();
      assertThat(card(simulated).totalVfs()).isEqualTo(4);
      simulated.control().enable(PF);
      of(simulated).write(VF, TYPE_24Q);
      assertThat(card(simulated).vfs().getFirst().type()).contains(TYPE_24Q);
      simulated.control().reboot();
      assertThat(card(simulated).vfs().getFirst().type()).contains(0L);
      simulated.control().vanish(OTHER_VF);
      assertThat(card(simulated).vfs())
          .extracting(HostVf::busId)
          .containsExactly(VF, "0000:41:00.6", "0000:41:00.7");
    }
  }

  @Test
  void functionThatComesAndGoesWhileItIsRead_isNoError() throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    try (SimulatedGpus simulated = start(Gpus.of(L40S));
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> changes = executor.submit(() -> comeAndGo(simulated.control(), ended));
      try {
        SysfsGpus gpus = of(simulated);
        for (int i = 0; i < 50; i++) {
          Host host = gpus.read();
          assertThat(host.problems()).isEmpty();
          assertThat(host.gpus().getFirst().vfs())
              .filteredOn(vf -> !vf.busId().equals(VF))
              .hasSize(3)
              .allSatisfy(vf -> assertThat(vf.type()).contains(0L));
        }
      } finally {
        ended.set(true);
      }
      changes.get();
    }
  }

  private static void comeAndGo(GpuControl control, AtomicBoolean ended) {
    while (!ended.get()) {
      control.vanish(VF);
      control.appear(VF);
    }
  }

  @Test
  void fullGpu_listsNothing() throws Exception {
    for (Gpus gpus : List.of(Gpus.of(L40S), Gpus.ofOpenDriver(L40S))) {
      try (SimulatedGpus simulated = start(gpus)) {
        of(simulated).write(VF, TYPE_24Q);
        of(simulated).write(OTHER_VF, TYPE_24Q);
        assertThat(card(simulated).vfs())
            .allSatisfy(vf -> {
              assertThat(vf.creatable()).isEmpty();
              assertThat(vf.problem()).isEmpty();
            });
      }
    }
  }

  @Test
  void firstType_narrowsTheListsOfTheOthers() throws Exception {
    try (SimulatedGpus vendor = start(Gpus.of(L40S));
        SimulatedGpus open = start(Gpus.ofOpenDriver(L40S))) {
      of(vendor).write(VF, TYPE_24Q);
      assertThat(card(vendor).vfs())
          .allSatisfy(vf -> assertThat(profiles(vf)).containsExactly("L40S-24Q", "L40S-24A"));
      of(open).write(VF, TYPE_24Q);
      assertThat(card(open).vfs().stream().map(SysfsReadIT::profiles))
          .containsExactly(
              List.of(), List.of("L40S-24Q"), List.of("L40S-24Q"), List.of("L40S-24Q"));
    }
  }

  @Test
  void listWithNamesFirst_isTheSameList() throws IOException {
    try (SimulatedGpus one = start(Gpus.ofOpenDriver(L40S));
        SimulatedGpus two = start(Gpus.ofOpenDriverWithNamesFirst(L40S))) {
      assertThat(card(two)).isEqualTo(card(one));
    }
  }
}
