package io.vgpusteward.agent.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.agent.podresources.Kubelet;
import io.vgpusteward.agent.podresources.KubeletSocket;
import io.vgpusteward.agent.podresources.v1.ContainerDevices;
import io.vgpusteward.agent.podresources.v1.ContainerResources;
import io.vgpusteward.agent.podresources.v1.ListPodResourcesResponse;
import io.vgpusteward.agent.podresources.v1.PodResources;
import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.agent.sysfs.HostVf;
import io.vgpusteward.agent.sysfs.IommuGroups;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.Vf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClaimsReaderTest {
  private static final String VF = "0000:41:00.4";
  private static final ResourceName L40S = new ResourceName("nvidia.com/L40S-24Q");
  private static final Vf.Holder MACHINE =
      new Vf.Holder("tenant", "virt-launcher-a", Optional.of("a"));
  private static final NodePod POD =
      new NodePod(
          "tenant", "virt-launcher-a", false, Optional.of("a"), new TreeMap<>(Map.of(L40S, 1)));
  private static final Host HOST =
      new Host(
          Host.Era.SRIOV,
          List.of(
              new HostGpu(
                  "0000:41:00.0",
                  PciId.parse("10DE:26B9"),
                  Optional.of("nvidia"),
                  16,
                  List.of(
                      new HostVf(
                          VF,
                          Optional.of("nvidia"),
                          Optional.of(1155L),
                          List.of(),
                          Optional.empty())))));

  @TempDir Path folder;
  private Path socket = Path.of("");
  private KubeletSocket client = new KubeletSocket(socket, Duration.ZERO);

  @BeforeEach
  void install() throws IOException {
    client.close();
    socket = folder.resolve("kubelet.sock");
    client = new KubeletSocket(socket, Duration.ofMillis(500));
    Path function = Files.createDirectories(folder.resolve("sys/bus/pci/devices").resolve(VF));
    Files.createSymbolicLink(
        function.resolve("iommu_group"), Path.of("../../../../kernel/iommu_groups/45"));
  }

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void read_namesTheMachineByTheGroupThatTheKubeletGave() throws Exception {
    try (Kubelet kubelet = new Kubelet(socket)) {
      kubelet.gave(given("45"));
      Reading reading = reader().read(HOST);
      assertThat(reading.claims()).isEqualTo(new Claims(Map.of(VF, MACHINE), List.of()));
      assertThat(reading.problem()).isEmpty();
    }
  }

  @Test
  void read_withoutASocket_isOnTheSafeSideAndNoProblem() {
    Reading reading = reader().read(HOST);
    assertThat(reading.claims()).isEqualTo(mayHaveAny());
    assertThat(reading.problem()).isEmpty();
  }

  @Test
  void read_ofAKubeletThatIsGone_isOnTheSafeSideWithWords() throws Exception {
    Files.writeString(socket, "");
    Reading reading = reader().read(HOST);
    assertThat(reading.claims()).isEqualTo(mayHaveAny());
    assertThat(reading.problem())
        .hasValueSatisfying(words ->
            assertThat(words).contains("the kubelet does not tell").contains(socket.toString()));
  }

  @Test
  void read_ofAKubeletThatHangs_endsOnTheSafeSideWithWords() throws Exception {
    try (Kubelet kubelet = new Kubelet(socket)) {
      kubelet.gave(given("45"));
      kubelet.is(Kubelet.Mood.HANGS);
      Reading reading = reader().read(HOST);
      assertThat(reading.claims()).isEqualTo(mayHaveAny());
      assertThat(reading.problem())
          .hasValueSatisfying(words -> assertThat(words).contains("DEADLINE_EXCEEDED"));
    }
  }

  @Test
  void groups_areThoseOfFunctionsThatHaveOne() throws IOException {
    Files.createDirectories(folder.resolve("sys/bus/pci/devices/0000:00:1f.0"));
    assertThat(new IommuGroups(folder.resolve("sys")).read()).containsExactly(Map.entry(VF, "45"));
    assertThat(new IommuGroups(folder.resolve("nowhere")).read()).isEmpty();
  }

  private ClaimsReader reader() {
    PermittedDevices permitted =
        new PermittedDevices(
            List.of(new PermittedDevice(PermittedDevice.Kind.PCI, "10de:26b9", L40S, false)));
    return new ClaimsReader(
        client, () -> List.of(POD), () -> permitted, new IommuGroups(folder.resolve("sys")));
  }

  private static Claims mayHaveAny() {
    return new Claims(
        Map.of(),
        List.of(
            new Claims.Awaiting(
                MACHINE, PciId.parse("10DE:26B9").map(java.util.Set::of).orElseThrow())));
  }

  private static ListPodResourcesResponse given(String id) {
    return ListPodResourcesResponse.newBuilder()
        .addPodResources(
            PodResources.newBuilder()
                .setNamespace("tenant")
                .setName("virt-launcher-a")
                .addContainers(
                    ContainerResources.newBuilder()
                        .addDevices(
                            ContainerDevices.newBuilder()
                                .setResourceName(L40S.value())
                                .addDeviceIds(id))))
        .build();
  }
}
