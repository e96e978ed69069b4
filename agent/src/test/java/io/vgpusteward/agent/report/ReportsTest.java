package io.vgpusteward.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.agent.advertised.Diagnosis;
import io.vgpusteward.agent.claim.Claims;
import io.vgpusteward.agent.config.NodeProfiles;
import io.vgpusteward.agent.reconcile.Memory;
import io.vgpusteward.agent.reconcile.Reconciler;
import io.vgpusteward.agent.report.Condition.Status;
import io.vgpusteward.agent.report.Condition.Topic;
import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.Host.Era;
import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.agent.sysfs.HostVf;
import io.vgpusteward.agent.sysfs.VgpuType;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Profile;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of hosts of all kinds. */
final class ReportsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final String GPU = "0000:41:00.0";
  private static final HostGpu PASSED = gpu("vfio-pci", 32, List.of());
  private static final HostGpu BARE = gpu("nvidia", 32, List.of());
  private static final HostGpu NO_SRIOV = gpu("nvidia", 0, List.of());

  private static HostGpu gpu(String driver, int total, List<HostVf> vfs) {
    return new HostGpu(GPU, PciId.parse("10DE:26B9"), Optional.of(driver), total, vfs);
  }

  private static HostVf vf(int number, long type, String... creatable) {
    List<VgpuType> types =
        IntStream.range(0, creatable.length)
            .mapToObj(i -> new VgpuType(1153 + i, profile(creatable[i])))
            .toList();
    return new HostVf(
        "0000:41:00." + (4 + number),
        Optional.of("nvidia"),
        Optional.of(type),
        types,
        Optional.empty());
  }

  private static Profile profile(String name) {
    return Profile.parse(name).orElseThrow();
  }

  private static NodeReport report(Host host, String lines, List<Condition> before, Instant now) {
    NodeProfiles profiles = NodeProfiles.of(Map.of("profiles", lines), "n1");
    return Reports.of(
        new Finding(
            host,
            new Reconciler(Duration.ofSeconds(15), Duration.ofSeconds(10))
                .round(host, profiles, Claims.none(), Memory.empty(), now),
            profiles.problems(),
            new Diagnosis(Diagnosis.Status.False, "Why", "because", List.of())),
        before,
        now);
  }

  private static NodeReport report(Host host, String lines) {
    return report(host, lines, List.of(), NOW);
  }

  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of(new Host(Era.NO_GPU, List.of()), "True NoGpu", "no NVIDIA GPU"),
        Arguments.of(
            new Host(Era.MEDIATED, List.of(BARE)), "True MediatedDevices", "are left alone"),
        Arguments.of(
            new Host(Era.SRIOV, List.of(PASSED)), "True PassedThrough", "1 GPU, each for one"),
        Arguments.of(
            new Host(Era.SRIOV, List.of(BARE)), "True NoVirtualFunctions", "sriov-manage -e ALL"),
        Arguments.of(
            new Host(Era.SRIOV, List.of(NO_SRIOV)), "True NoSriov", "can have virtual functions"),
        Arguments.of(
            new Host(Era.SRIOV, List.of(gpu("nvidia", 32, List.of(vf(0, 0, "L40S-24Q"))))),
            "True Ready",
            "1 GPU with 1 virtual function: 1 Settled"),
        Arguments.of(
            new Host(Era.SRIOV, List.of(PASSED), List.of("one cannot be read", "nor can this")),
            "False CannotRead",
            "one cannot be read; nor can this"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void eachKindOfNode_isSaidInOneCondition(Host host, String expected, String words) {
    Condition ready = report(host, "").condition(Topic.Ready).orElseThrow();
    assertThat(ready.status() + " " + ready.reason()).isEqualTo(expected);
    assertThat(ready.message()).contains(words);
    assertThat(report(host, "").inventory("n1").ready()).isEqualTo(expected.startsWith("True"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void gpuThatIsLeftAlone_saysWhy(Host host, String expected) {
    assertThat(report(host, "").gpus())
        .allSatisfy(
            gpu -> assertThat(gpu.message().isPresent()).isEqualTo(!expected.endsWith(" Ready")));
  }

  @Test
  void badLines_areNamed_eachWithItsFix() {
    Condition valid =
        report(new Host(Era.NO_GPU, List.of()), "a\nb\n")
            .condition(Topic.ConfigValid)
            .orElseThrow();
    assertThat(valid.status()).isEqualTo(Status.False);
    assertThat(valid.message()).contains("line 1, \"a\"", "; key profiles, line 2, \"b\"");
  }

  @Test
  void manyBadLines_areCounted_andFitInto1024Characters() {
    String lines =
        IntStream.range(0, 300).mapToObj(i -> "nonsense" + i).reduce("", (a, b) -> a + b + "\n");
    Condition valid =
        report(new Host(Era.NO_GPU, List.of()), lines).condition(Topic.ConfigValid).orElseThrow();
    assertThat(valid.message())
        .startsWith("key profiles, line 1, \"nonsense0\"")
        .matches(".*; and \\d+ more")
        .hasSizeLessThanOrEqualTo(1024);
  }

  @Test
  void timeOfACondition_staysWhileItsStatusDoes() {
    Host good = new Host(Era.NO_GPU, List.of());
    NodeReport first = report(good, "");
    Instant later = NOW.plusSeconds(60);
    NodeReport second = report(good, "nonsense", first.conditions(), later);
    assertThat(second.condition(Topic.Ready).orElseThrow().since()).isEqualTo(NOW);
    assertThat(second.condition(Topic.ConfigValid).orElseThrow().since()).isEqualTo(later);
    assertThat(report(good, "", first.conditions(), later)).isEqualTo(first);
  }

  @Test
  void gpu_hasAllThatItsDriverLists_andItsFrameBuffer() {
    Host host =
        new Host(
            Era.SRIOV,
            List.of(
                gpu(
                    "nvidia",
                    32,
                    List.of(vf(0, 0, "L40S-12Q", "L40S-24Q"), vf(1, 0, "L40S-12Q")))));
    NodeReport report = report(host, "0000:41:00.4=L40S-12Q\n0000:41:00.5=none");
    GpuReport gpu = report.gpus().getFirst();
    assertThat(gpu.board()).contains("L40S");
    assertThat(gpu.frameBufferGib()).isIn(OptionalInt.of(48), OptionalInt.of(24));
    assertThat(gpu.offered())
        .isEqualTo(Map.of(1153L, profile("L40S-12Q"), 1154L, profile("L40S-24Q")));
    assertThat(gpu.vfs().get(0).desired().orElseThrow()).hasToString("L40S-12Q");
    assertThat(gpu.vfs().get(1).desired().orElseThrow()).hasToString("none");
    assertThat(Summary.of(report)).isEqualTo(new Summary(1, 2, "-"));
    NodeInventory inventory = report.inventory("n1");
    assertThat(inventory.gpus().getFirst().vfs().get(0).desired()).contains(profile("L40S-12Q"));
    assertThat(inventory.gpus().getFirst().vfs().get(1).desired()).isEmpty();
    assertThat(inventory.notAdvertised()).isPresent();
  }

  @Test
  void summary_countsWhatIsCarried() {
    Host host =
        new Host(
            Era.SRIOV,
            List.of(
                gpu(
                    "nvidia",
                    32,
                    List.of(
                        vf(0, 1154, "L40S-12Q", "L40S-24Q"),
                        vf(1, 1154, "L40S-12Q", "L40S-24Q"),
                        vf(2, 9999, "L40S-12Q")))));
    NodeReport report = report(host, "");
    assertThat(Summary.of(report)).isEqualTo(new Summary(1, 3, "2 L40S-24Q"));
    assertThat(report.inventory("n1").gpus().getFirst().vfs().get(2).hasUnknownType()).isTrue();
  }

  @Test
  void passedThroughCard_isInTheInventory() {
    NodeInventory inventory = report(new Host(Era.SRIOV, List.of(PASSED)), "").inventory("n1");
    assertThat(inventory.passedThroughIds()).containsExactly(new PciId("10DE:26B9"));
  }
}
