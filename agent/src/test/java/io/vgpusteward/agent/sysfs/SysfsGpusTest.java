package io.vgpusteward.agent.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.vgpusteward.vgpu.PciId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SysfsGpusTest {
  private static final String PF = "0000:41:00.0";
  private static final String VF = "0000:41:00.4";
  private static final String CURRENT = "nvidia/current_vgpu_type";
  private static final String CREATABLE = "nvidia/creatable_vgpu_types";
  private static final String LIST = "ID    : vGPU Name\n1155  : NVIDIA L40S-24Q";

  @TempDir Path root;
  private FakeSysfs sysfs;
  private SysfsGpus gpus;

  @BeforeEach
  void tree() throws IOException {
    sysfs = new FakeSysfs(root);
    gpus = new SysfsGpus(root);
    Files.createDirectories(root.resolve("bus/pci/devices"));
  }

  private static void set(FakeSysfs.Function vf, String type) {
    vf.with(CURRENT, type).with(CREATABLE, LIST);
  }

  private HostVf onlyVf() {
    assertThat(gpus.read().gpus()).hasSize(1);
    assertThat(gpus.read().gpus().getFirst().vfs()).hasSize(1);
    return gpus.read().gpus().getFirst().vfs().getFirst();
  }

  @Test
  void physicalAndVirtualFunctions() {
    FakeSysfs.Function card = sysfs.l40s(PF);
    set(card.withVf(0, VF), "1155");
    set(card.withVf(1, "0000:41:00.5"), "0");

    Host host = gpus.read();

    assertThat(host.era()).isEqualTo(Host.Era.SRIOV);
    assertThat(host.problems()).isEmpty();
    assertThat(host.gpus())
        .containsExactly(
            new HostGpu(
                PF,
                PciId.parse("10DE:26B9"),
                Optional.of("nvidia"),
                32,
                List.of(vf(VF, 1155L), vf("0000:41:00.5", 0L))));
  }

  private static HostVf vf(String busId, long type) {
    return new HostVf(
        busId,
        Optional.of("nvidia"),
        Optional.of(type),
        CreatableTypes.parse(LIST).types(),
        Optional.empty());
  }

  /** The eleventh is after the third, though its name is not, and their addresses roll over. */
  @Test
  void virtualFunctions_areInTheOrderOfTheCard() {
    FakeSysfs.Function card = sysfs.l40s("0000:08:00.0");
    set(card.withVf(10, "0000:08:01.6"), "0");
    set(card.withVf(2, "0000:08:00.6"), "0");
    set(card.withVf(9, "0000:09:01.5"), "0");

    assertThat(gpus.read().gpus().getFirst().vfs())
        .extracting(HostVf::busId)
        .containsExactly("0000:08:00.6", "0000:09:01.5", "0000:08:01.6");
  }

  @Test
  void gpus_areByAddress() {
    for (String address : List.of("0001:01:00.0", "0000:c1:00.0", "0000:41:00.0")) {
      sysfs.l40s(address);
    }
    assertThat(gpus.read().gpus())
        .extracting(HostGpu::busId)
        .containsExactly("0000:41:00.0", "0000:c1:00.0", "0001:01:00.0");
  }

  @Test
  void passedThroughCard_saysSo() {
    sysfs.nvidia(PF, "0x26b9").withDriver("vfio-pci").with("sriov_totalvfs", "32");
    assertThat(gpus.read())
        .isEqualTo(
            new Host(
                Host.Era.SRIOV,
                List.of(
                    new HostGpu(
                        PF, PciId.parse("10DE:26B9"), Optional.of("vfio-pci"), 32, List.of()))));
  }

  @Test
  void cardWithoutVirtualFunctions_canHaveNone() {
    sysfs.nvidia(PF, "0x1eb8");
    assertThat(gpus.read())
        .isEqualTo(
            new Host(
                Host.Era.SRIOV,
                List.of(
                    new HostGpu(PF, PciId.parse("10DE:1EB8"), Optional.empty(), 0, List.of()))));
  }

  @Test
  void otherDevices_areLeftOut() {
    sysfs.function("0000:17:00.0").with("vendor", "0x8086").with("class", "0x030000");
    sysfs.nvidia("0000:41:00.1", "0x22ba").with("class", "0x040300");
    sysfs.nvidia("0000:42:00.0", "0x22a3").with("class", "0x068000");
    FakeSysfs.put(root.resolve("bus/pci/devices/README/vendor"), "0x10de");
    assertThat(gpus.read()).isEqualTo(new Host(Host.Era.NO_GPU, List.of()));
  }

  @Test
  void nodeWithoutGpus() {
    assertThat(gpus.read()).isEqualTo(new Host(Host.Era.NO_GPU, List.of()));
  }

  /** Else a mount that is missing would look like a node that has lost its GPUs. */
  @Test
  void missingSysfs_isAProblem() {
    Path nowhere = root.resolve("nowhere");
    Host host = new SysfsGpus(nowhere).read();
    assertThat(host.era()).isEqualTo(Host.Era.NO_GPU);
    assertThat(host.problems())
        .containsExactly(nowhere + "/bus/pci/devices cannot be read: No such file or directory");
  }

  @Test
  void mediatedDevices_areAnotherEra_alsoBesideAnSriovCard() {
    sysfs.nvidia("0000:3b:00.0", "0x1eb8").withDriver("nvidia").with("mdev_supported_types/x", "");
    set(sysfs.l40s(PF).withVf(0, VF), "1155");
    assertThat(gpus.read().era()).isEqualTo(Host.Era.SRIOV);

    sysfs.mdev("0000:3b:00.0");

    assertThat(gpus.read().era()).isEqualTo(Host.Era.MEDIATED);
    assertThat(gpus.read().gpus()).extracting(HostGpu::busId).containsExactly("0000:3b:00.0", PF);
    assertThat(gpus.read().gpus().getLast().vfs()).containsExactly(vf(VF, 1155L));
  }

  @Test
  void mediatedDevicesOfOtherVendors_countNot() {
    sysfs.l40s(PF);
    sysfs.function("0000:00:02.0").with("vendor", "0x8086").with("class", "0x030000");
    sysfs.mdev("0000:00:02.0");
    assertThat(gpus.read().era()).isEqualTo(Host.Era.SRIOV);
  }

  @Test
  void mediatedDevicesOfNobodyKnowsWhom_count() {
    sysfs.l40s(PF);
    sysfs.mdev("matrix");
    assertThat(gpus.read().era()).isEqualTo(Host.Era.MEDIATED);
  }

  @Test
  void emptyMdevBus_isNoEra() throws IOException {
    sysfs.l40s(PF);
    Files.createDirectories(root.resolve("class/mdev_bus"));
    assertThat(gpus.read().era()).isEqualTo(Host.Era.SRIOV);
  }

  static Stream<Arguments> virtualFunctionsWithProblems() {
    return Stream.of(
        problem(
            "taken by vfio-pci",
            vf -> {
              vf.remove("driver");
              vf.withDriver("vfio-pci");
            },
            "vfio-pci has it, under which it is no vGPU: give it back to the GPU's driver"),
        problem(
            "without a driver",
            vf -> vf.remove("driver"),
            "no driver has it: the vGPU manager is not ready, or has stopped"),
        problem(
            "under a driver without vGPUs",
            vf -> {},
            "its driver nvidia shows no nvidia/current_vgpu_type: it makes no vGPUs, or not yet"),
        problem(
            "of the mediated era",
            vf -> vf.with("mdev_supported_types/nvidia-557/name", "GRID A40-1B"),
            "its driver makes mediated devices, not vGPUs on virtual functions"),
        problem(
            "type that is no number",
            vf -> vf.with(CURRENT, "none\u0007").with(CREATABLE, ""),
            "nvidia/current_vgpu_type is no number: \"none?\""),
        problem(
            "type that cannot be read",
            vf -> vf.with(CURRENT + "/folder", "").with(CREATABLE, ""),
            "nvidia/current_vgpu_type cannot be read: Is a directory"),
        problem(
            "type that is longer than a page",
            vf -> vf.with(CURRENT, "1".repeat(Attribute.MOST_BYTES)).with(CREATABLE, ""),
            "nvidia/current_vgpu_type cannot be read: longer than 65536 bytes"));
  }

  private static Arguments problem(String name, Consumer<FakeSysfs.Function> change, String words) {
    return argumentSet(name, change, words);
  }

  @ParameterizedTest
  @MethodSource("virtualFunctionsWithProblems")
  void virtualFunctionWithAProblem_saysWhich(Consumer<FakeSysfs.Function> change, String words) {
    change.accept(sysfs.l40s(PF).withVf(0, VF));
    HostVf vf = onlyVf();
    assertThat(vf.problem()).contains(words);
    assertThat(vf.type()).isEmpty();
    assertThat(vf.creatable()).isEmpty();
  }

  @Test
  void typeWithoutAList_isStillAType() {
    sysfs.l40s(PF).withVf(0, VF).with(CURRENT, "1155");
    assertThat(onlyVf().type()).contains(1155L);
    assertThat(onlyVf().problem())
        .contains("nvidia/creatable_vgpu_types cannot be read: No such file or directory");
  }

  @Test
  void linesThatAreNoTypes_areQuotedInPart() {
    String list = "%s\n1155  : NVIDIA L40S-24Q\nb\nc\nd".formatted("a".repeat(100));
    sysfs.l40s(PF).withVf(0, VF).with(CURRENT, "0").with(CREATABLE, list);
    HostVf vf = onlyVf();
    assertThat(vf.creatable()).extracting(VgpuType::id).containsExactly(1155L);
    assertThat(vf.problem())
        .contains(
            "nvidia/creatable_vgpu_types has 4 lines that are no types, such as \"%s…\", \"b\", \"c\""
                .formatted("a".repeat(80)));
  }

  /** Longer than what the size of the file says, and than the first read brings. */
  @Test
  void longList_isReadWhole() {
    StringBuilder list = new StringBuilder("ID    : vGPU Name");
    for (int id = 1; id <= 1000; id++) {
      list.append("\n%-5d : NVIDIA L40S-24Q".formatted(id));
    }
    sysfs.l40s(PF).withVf(0, VF).with(CURRENT, "0").with(CREATABLE, list.toString());
    assertThat(onlyVf().creatable()).hasSize(1000);
    assertThat(onlyVf().problem()).isEmpty();
  }

  @Test
  void otherFilesOfTheDriver_areNotRead() {
    FakeSysfs.Function vf = sysfs.l40s(PF).withVf(0, VF);
    set(vf, "0");
    // A folder cannot be read, as a file with ENXIO cannot.
    vf.with("nvidia/placement_id/x", "").with("nvidia/gpu_instance_id/x", "");
    assertThat(onlyVf()).isEqualTo(vf(VF, 0L));
  }

  @Test
  void virtualFunctionThatIsGone_isNotThere() throws IOException {
    FakeSysfs.Function card = sysfs.l40s(PF);
    set(card.withVf(0, VF), "0");
    set(card.withVf(1, "0000:41:00.5"), "0");
    Files.delete(root.resolve("bus/pci/devices").resolve(VF));
    assertThat(gpus.read().gpus().getFirst().vfs())
        .extracting(HostVf::busId)
        .containsExactly("0000:41:00.5");
    assertThat(gpus.read().problems()).isEmpty();
  }

  @Test
  void linkToSomethingElse_isNoVirtualFunction() {
    sysfs.link(sysfs.l40s(PF).folder().resolve("virtfn0"), "../elsewhere");
    assertThat(gpus.read().gpus().getFirst().vfs()).isEmpty();
  }

  @Test
  void cardThatIsGone_isNoProblem() throws IOException {
    sysfs.l40s(PF);
    Path link = root.resolve("bus/pci/devices").resolve(PF);
    Files.delete(link);
    Files.createSymbolicLink(link, Path.of("gone"));
    assertThat(gpus.read()).isEqualTo(new Host(Host.Era.NO_GPU, List.of()));
  }

  @Test
  void cardThatCannotBeRead_isAProblem() {
    sysfs.function(PF).with("vendor", "0x10de").with("class/folder", "");
    assertThat(gpus.read().gpus()).isEmpty();
    assertThat(gpus.read().problems())
        .containsExactly(root + "/bus/pci/devices/" + PF + " cannot be read: Is a directory");
  }

  /** Each function has a class and a device, until it goes. */
  @ParameterizedTest
  @ValueSource(strings = {"class", "device"})
  void cardThatGoesWhileItIsRead_isNotThere(String attribute) {
    sysfs.l40s(PF).remove(attribute);
    assertThat(gpus.read()).isEqualTo(new Host(Host.Era.NO_GPU, List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "many", "-1"})
  void totalOfVirtualFunctionsThatIsNoNumber_isAProblem(String total) {
    sysfs.l40s(PF).with("sriov_totalvfs", total);
    assertThat(gpus.read().gpus().getFirst().totalVfs()).isZero();
    assertThat(gpus.read().problems()).containsExactly("sriov_totalvfs of " + PF + " is no number");
  }

  @Test
  void deviceThatIsNoNumber_hasNoPciId() {
    sysfs.l40s(PF).with("device", "0x");
    assertThat(gpus.read().gpus().getFirst().pciId()).isEmpty();
    assertThat(gpus.read().problems())
        .containsExactly("vendor and device of " + PF + " are no PCI id");
  }

  @Test
  void write_isTheNumberAndANewline() throws Exception {
    FakeSysfs.Function vf = sysfs.l40s(PF).withVf(0, VF);
    set(vf, "");
    gpus.write(VF, 1155);
    assertThat(vf.folder().resolve(CURRENT)).hasContent("1155\n");
  }

  @Test
  void write_truncatesNothing() throws Exception {
    FakeSysfs.Function vf = sysfs.l40s(PF).withVf(0, VF);
    set(vf, "longer");
    gpus.write(VF, 0);
    assertThat(vf.folder().resolve(CURRENT)).hasContent("0\nnger\n");
  }

  @Test
  void write_createsNothing() {
    FakeSysfs.Function vf = sysfs.l40s(PF).withVf(0, VF).with(CREATABLE, "");
    assertThatThrownBy(() -> gpus.write(VF, 1155))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.errno()).isEqualTo(RefusedException.Errno.ENOENT))
        .hasMessage(
            "writing 1155 to current_vgpu_type of 0000:41:00.4: the virtual function is gone, or its"
                + " driver makes no vGPUs (No such file or directory)");
    assertThat(vf.folder().resolve(CURRENT)).doesNotExist();
  }

  @Test
  void write_toWhatIsNoFile_keepsTheSystemsWords() {
    sysfs.l40s(PF).withVf(0, VF).with(CURRENT + "/folder", "");
    assertThatThrownBy(() -> gpus.write(VF, 0))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.errno()).isEqualTo(RefusedException.Errno.OTHER))
        .hasMessage(
            "writing 0 to current_vgpu_type of 0000:41:00.4: the driver refuses it (Is a directory)");
  }

  /** It gets no further than to a virtual function's one file. */
  @ParameterizedTest
  @ValueSource(strings = {"", "../../../devices", "0000:41:00.4/..", "41:00.4", "0000:41:00.8"})
  void write_elsewhere_isAMistake(String vf) {
    assertThatIllegalArgumentException().isThrownBy(() -> gpus.write(vf, 0));
  }

  @Test
  void write_ofANegativeNumber_isAMistake() {
    assertThatIllegalArgumentException().isThrownBy(() -> gpus.write(VF, -1));
  }
}
