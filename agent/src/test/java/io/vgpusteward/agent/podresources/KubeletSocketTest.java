package io.vgpusteward.agent.podresources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vgpusteward.agent.podresources.PodResources.PodDevices;
import io.vgpusteward.agent.podresources.v1.ContainerDevices;
import io.vgpusteward.agent.podresources.v1.ContainerResources;
import io.vgpusteward.agent.podresources.v1.ListPodResourcesResponse;
import io.vgpusteward.vgpu.ResourceName;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KubeletSocketTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LITTLE = Duration.ofMillis(200);
  private static final ResourceName L40S = new ResourceName("nvidia.com/L40S-24Q");

  @TempDir Path folder;
  private Path socket = Path.of("");
  private KubeletSocket client = new KubeletSocket(socket, PATIENCE);

  @BeforeEach
  void connect() {
    client.close();
    socket = folder.resolve("kubelet.sock");
    client = new KubeletSocket(socket, PATIENCE);
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @Test
  void pods_saysWhatEachWasGiven() throws Exception {
    try (Kubelet kubelet = new Kubelet(socket)) {
      kubelet.gave(
          ListPodResourcesResponse.newBuilder()
              .addPodResources(
                  io.vgpusteward.agent.podresources.v1.PodResources.newBuilder()
                      .setNamespace("tenant-a")
                      .setName("idle"))
              .addPodResources(
                  io.vgpusteward.agent.podresources.v1.PodResources.newBuilder()
                      .setNamespace("tenant-a")
                      .setName("virt-launcher-vm-x")
                      .addContainers(
                          container(
                              // One for each NUMA node (kubelet, devicemanager/pod_devices.go).
                              devices("devices.kubevirt.io/kvm", "kvm7"),
                              devices(L40S.value(), "12"),
                              devices(L40S.value(), "13")))
                      .addContainers(container(devices(L40S.value(), "14"))))
              .build());

      assertThat(client.isThere()).isTrue();
      assertThat(client.pods())
          .containsExactly(
              new PodDevices("tenant-a", "idle", Map.of()),
              new PodDevices(
                  "tenant-a",
                  "virt-launcher-vm-x",
                  Map.of(
                      L40S,
                      Set.of("12", "13", "14"),
                      new ResourceName("devices.kubevirt.io/kvm"),
                      Set.of("kvm7"))));
    }
  }

  @Test
  void devices_areThoseOfAllNumaNodes() throws Exception {
    try (Kubelet kubelet = new Kubelet(socket)) {
      kubelet.has(devices(L40S.value(), "12", "13"), devices(L40S.value(), "14"));
      assertThat(client.devices()).containsExactly(Map.entry(L40S, Set.of("12", "13", "14")));
    }
  }

  @Test
  void kubelet_thatStartsAgain_isAskedAgainAtOnce() throws Exception {
    try (Kubelet before = new Kubelet(socket)) {
      before.is(Kubelet.Mood.TALKS);
      assertThat(client.pods()).isEmpty();
    }
    Files.deleteIfExists(socket);
    assertThat(client.isThere()).isFalse();
    assertThatThrownBy(client::pods).isInstanceOf(PodResourcesException.class);
    try (Kubelet after = new Kubelet(socket)) {
      after.is(Kubelet.Mood.TALKS);
      assertThat(client.pods()).isEmpty();
    }
  }

  @Test
  void socket_thatNobodyServes_isRefusedWithTheFix() throws Exception {
    try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(client.isThere()).isTrue();
    assertThatThrownBy(client::pods)
        .isInstanceOf(PodResourcesException.class)
        .hasMessageContaining(socket.toString())
        .hasMessageContaining("UNAVAILABLE")
        .hasMessageContaining("see the kubelet's log");
  }

  @Test
  void kubelet_thatRefuses_isSaid() throws Exception {
    try (Kubelet kubelet = new Kubelet(socket)) {
      kubelet.is(Kubelet.Mood.REFUSES);
      assertThatThrownBy(client::devices)
          .isInstanceOf(PodResourcesException.class)
          .hasMessageContaining("INTERNAL");
    }
  }

  @Test
  void kubelet_thatHangs_isLeftAfterAWhile() throws Exception {
    try (Kubelet kubelet = new Kubelet(socket);
        KubeletSocket hasty = new KubeletSocket(socket, LITTLE)) {
      kubelet.is(Kubelet.Mood.HANGS);
      assertThatThrownBy(hasty::pods)
          .isInstanceOf(PodResourcesException.class)
          .hasMessageContaining("DEADLINE_EXCEEDED");
    }
  }

  @Test
  void socket_thatAcceptsAndIsSilent_isLeftAfterAWhile() throws IOException {
    try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        KubeletSocket hasty = new KubeletSocket(socket, LITTLE)) {
      channel.bind(UnixDomainSocketAddress.of(socket));
      assertThatThrownBy(hasty::pods)
          .isInstanceOf(PodResourcesException.class)
          .hasMessageContaining("DEADLINE_EXCEEDED");
    }
  }

  @Test
  void file_thatIsNoSocket_isRefused() throws Exception {
    Files.writeString(socket, "");
    assertThatThrownBy(client::pods).isInstanceOf(PodResourcesException.class);
  }

  private static ContainerResources container(ContainerDevices... devices) {
    return ContainerResources.newBuilder().addAllDevices(List.of(devices)).build();
  }

  private static ContainerDevices devices(String resource, String... ids) {
    return ContainerDevices.newBuilder()
        .setResourceName(resource)
        .addAllDeviceIds(List.of(ids))
        .build();
  }
}
