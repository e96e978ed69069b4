package io.vgpusteward.e2e.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.agent.advertised.Advertised;
import io.vgpusteward.agent.advertised.Cause.Kind;
import io.vgpusteward.agent.advertised.Diagnosis;
import io.vgpusteward.agent.advertised.Diagnosis.Status;
import io.vgpusteward.agent.advertised.KubeVirtFacts;
import io.vgpusteward.agent.advertised.Restart;
import io.vgpusteward.agent.advertised.RestartDecision;
import io.vgpusteward.agent.advertised.RestartPort;
import io.vgpusteward.agent.advertised.Restarted;
import io.vgpusteward.agent.advertised.Scene;
import io.vgpusteward.agent.advertised.Sightings;
import io.vgpusteward.agent.advertised.VirtHandler;
import io.vgpusteward.agent.claim.Claims;
import io.vgpusteward.agent.claim.ClaimsReader;
import io.vgpusteward.agent.claim.NodePod;
import io.vgpusteward.agent.podresources.KubeletSocket;
import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.IommuGroups;
import io.vgpusteward.agent.sysfs.RefusedException;
import io.vgpusteward.agent.sysfs.SysfsGpus;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Gpu;
import io.vgpusteward.e2e.rig.Gpus;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.SimulatedNode;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What the agent makes of a real kubelet and of KubeVirt's real device plugins: who has a function,
 * and whether what is advertised is what functions carry.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
final class KubeletDevicesIT {
  private static final ResourceName L40S = new ResourceName("nvidia.com/L40S-24Q");
  private static final PermittedDevices PERMITTED =
      new PermittedDevices(
          List.of(new PermittedDevice(PermittedDevice.Kind.PCI, "10DE:26B9", L40S, false)));
  private static final Gpu CARD = Gpu.of("L40S", "0000:41:00.0").withVfs(4);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Rig rig;

  KubeletDevicesIT(Rig rig) {
    this.rig = rig;
  }

  @Test
  void functionOfAMachine_isHeldByItsLauncher() throws Exception {
    String namespace = rig.newNamespace();
    try (SimulatedNode node =
            SimulatedNode.start(
                rig, "claims", Gpus.of(CARD.withTypes(0, 1155)), Map.of("zone", "claims"));
        KubeletSocket kubelet = kubelet(node)) {
      ClaimsReader reader =
          new ClaimsReader(
              kubelet, () -> launchers(namespace), () -> PERMITTED, new IommuGroups(node.sysfs()));
      Host host = new SysfsGpus(node.sysfs()).read();
      assertThat(reader.read(host).claims()).isEqualTo(Claims.none());

      rig.kubectl().apply(manifest("machine.yaml"), "-n", namespace);
      Wait.until("its launcher is on the node", () -> !launchers(namespace).isEmpty());
      NodePod launcher = launchers(namespace).getFirst();
      Claims claims = new Claims(Map.of("0000:41:00.5", launcher.holder()), List.of());
      Wait.untilAsserted(
          "the kubelet gave it a function",
          () -> assertThat(reader.read(host).claims()).isEqualTo(claims));

      end(node, launcher);
      Wait.untilAsserted(
          "nobody has it", () -> assertThat(reader.read(host).claims()).isEqualTo(Claims.none()));
    }
  }

  /**
   * After a reboot the functions get their types when virt-handler has looked; later one loses its
   * type. virt-handler is here its device controller alone, which is no pod: the test restarts it
   * where the agent would delete the pod.
   */
  @Test
  void lateAndStaleFunctions_areFoundAndHealedByARestart() throws Exception {
    try (SimulatedNode node = SimulatedNode.start(rig, "advertised", Gpus.of(CARD));
        KubeletSocket kubelet = kubelet(node)) {
      Watcher watcher = new Watcher(node, kubelet);
      Wait.untilAsserted(
          "all is well", () -> assertThat(watcher.look().status()).isEqualTo(Status.True));

      watcher.write("0000:41:00.4", 1155);
      watcher.write("0000:41:00.5", 1155);
      assertThat(watcher.look().causes())
          .singleElement()
          .satisfies(cause -> {
            assertThat(cause.kind()).isEqualTo(Kind.ScannedTooEarly);
            assertThat(cause.functions()).containsOnlyKeys("0000:41:00.4", "0000:41:00.5");
          });
      watcher.heal();
      Wait.untilAsserted(
          "both are advertised", () -> assertThat(watcher.look().status()).isEqualTo(Status.True));
      assertThat(kubelet.devices().get(L40S)).hasSize(2);

      watcher.write("0000:41:00.5", 0);
      assertThat(watcher.look().causes())
          .singleElement()
          .satisfies(cause -> {
            assertThat(cause.kind()).isEqualTo(Kind.StaleDevices);
            assertThat(cause.functions()).containsOnlyKeys("0000:41:00.5");
          });
      watcher.heal();
      Wait.untilAsserted(
          "one is advertised", () -> assertThat(watcher.look().status()).isEqualTo(Status.True));
      assertThat(watcher.said).hasSize(2);
    }
  }

  /** What the agent's loop does, without an API server. */
  private static final class Watcher implements RestartPort {
    private final SimulatedNode node;
    private final KubeletSocket kubelet;
    private final SysfsGpus gpus;
    private final Sightings sightings = new Sightings();
    private final Restart restart = new Restart(Duration.ZERO, Duration.ZERO);
    private final List<String> said = new ArrayList<>();
    private Optional<Restarted> last = Optional.empty();
    private Instant started = Instant.now();

    Watcher(SimulatedNode node, KubeletSocket kubelet) {
      this.node = node;
      this.kubelet = kubelet;
      this.gpus = new SysfsGpus(node.sysfs());
    }

    void write(String vf, long type) throws RefusedException {
      gpus.write(vf, type);
    }

    Diagnosis look() throws Exception {
      return new Advertised(Duration.ZERO).of(scene());
    }

    void heal() throws Exception {
      Scene scene = scene();
      RestartDecision decision =
          restart.decide(new Advertised(Duration.ZERO).of(scene), scene, last);
      assertThat(decision).isInstanceOf(RestartDecision.Now.class);
      ((RestartDecision.Now) decision).carryOut(this);
    }

    private Scene scene() throws Exception {
      Instant now = Instant.now();
      Host host = gpus.read();
      return new Scene(
          host,
          Map.of(),
          new IommuGroups(node.sysfs()).read(),
          Set.of(),
          sightings.types(host, now),
          sightings.permitted(PERMITTED, Instant.EPOCH),
          Optional.of(new KubeVirtFacts("kubevirt", PERMITTED, Optional.of("v1.9.0"), true)),
          Map.of(),
          Optional.of(kubelet.devices()),
          Optional.of(new VirtHandler("kubevirt", "virt-handler-x", "u", Optional.of(started))),
          now);
    }

    @Override
    public void remember(Restarted record) {
      last = Optional.of(record);
    }

    @Override
    public boolean delete(VirtHandler pod) {
      node.restartPart("device-controller");
      started = Instant.now();
      return true;
    }

    @Override
    public void say(String words) {
      said.add(words);
    }
  }

  private static KubeletSocket kubelet(SimulatedNode node) {
    Path socket = node.root().resolve(Path.of("/").relativize(KubeletSocket.SOCKET).toString());
    Wait.until("the kubelet's socket is there", () -> Files.exists(socket));
    return new KubeletSocket(socket, PATIENCE);
  }

  private static void end(SimulatedNode node, NodePod pod) {
    node.pod(pod.namespace(), pod.name()).orElseThrow().containers().stream()
        .filter(container -> container.state().equals("running"))
        .forEach(container -> node.exit(pod.namespace(), pod.name(), container.name(), 0));
  }

  private List<NodePod> launchers(String namespace) {
    List<NodePod> pods = new ArrayList<>();
    for (JsonNode pod :
        rig.kubectl()
            .get("pods", "-n", namespace, "-l", "kubevirt.io=virt-launcher")
            .path("items")) {
      if (pod.at("/spec/nodeName").asText().equals("claims")) {
        pods.add(
            new NodePod(
                namespace,
                pod.at("/metadata/name").asText(),
                List.of("Succeeded", "Failed").contains(pod.at("/status/phase").asText()),
                Optional.of("uses-a-gpu"),
                new TreeMap<>(Map.of(L40S, 1))));
      }
    }
    return pods;
  }

  private static String manifest(String name) throws IOException {
    try (InputStream resource = KubeletDevicesIT.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(resource).readAllBytes(), UTF_8);
    }
  }
}
