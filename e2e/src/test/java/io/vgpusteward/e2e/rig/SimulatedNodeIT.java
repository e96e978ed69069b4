package io.vgpusteward.e2e.rig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a real kubelet and KubeVirt's real device controller make of simulated GPUs. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
final class SimulatedNodeIT {
  private static final String RESOURCE = "nvidia.com/L40S-24Q";
  private static final Gpu L40S = Gpu.of("L40S", "0000:41:00.0").withVfs(4);

  private final Rig rig;

  SimulatedNodeIT(Rig rig) {
    this.rig = rig;
  }

  @Test
  void functionsWithTheProfile_areAdvertised() {
    try (SimulatedNode node =
        SimulatedNode.start(rig, "honest", Gpus.of(L40S.withTypes(1155, 1155, 0, 0)))) {
      Wait.untilAsserted(
          "KubeVirt has looked", () -> assertThat(node.allocatable(RESOURCE)).contains("2"));
    }
  }

  /** Four 12Q are sold as 24Q: what this product exists to catch. */
  @Test
  void functionsWithAnotherProfile_areAdvertisedAllTheSame() {
    try (SimulatedNode node =
        SimulatedNode.start(rig, "lying", Gpus.of(L40S.withTypes(1153, 1153, 1153, 1153)))) {
      Wait.untilAsserted(
          "KubeVirt has looked", () -> assertThat(node.allocatable(RESOURCE)).contains("4"));
      assertThat(node.gpus().types("0000:41:00.0")).containsExactly(1153, 1153, 1153, 1153);
    }
  }

  @Test
  void podWithAGpu_getsAFunctionOfItsNodeAndItsSecret() {
    String namespace = rig.newNamespace();
    try (SimulatedNode node =
        SimulatedNode.start(rig, "pods", Gpus.of(L40S.withTypes(0, 1155)), zone("pods"))) {
      rig.kubectl().apply(Resources.text("pod-with-a-gpu.yaml"), "-n", namespace);
      Wait.until("the Secret is missed", () -> saysFailedMount(namespace));
      rig.kubectl()
          .ok("create", "secret", "generic", "late", "-n", namespace, "--from-literal=token=abc");
      Wait.until("the pod runs", () -> phase(namespace, "uses-a-gpu").equals("Running"));

      NodePod pod = node.pod(namespace, "uses-a-gpu").orElseThrow();
      assertThat(pod.container("init").state()).isEqualTo("exited");
      NodePod.Container main = pod.container("main");
      assertThat(main.environment())
          .containsEntry("GREETING", "hello")
          .containsEntry("PCI_RESOURCE_NVIDIA_COM_L40S-24Q", "0000:41:00.5");
      assertThat(main.devices())
          .extracting(NodePod.Device::host)
          .containsExactlyInAnyOrder("/dev/vfio/vfio", "/dev/vfio/66");
      assertThat(node.read(namespace, "uses-a-gpu", "main", "/licence/token"))
          .asString()
          .isEqualTo("abc");
      node.exit(namespace, "uses-a-gpu", "main", 3);
      Wait.until("the pod has failed", () -> phase(namespace, "uses-a-gpu").equals("Failed"));
      rig.kubectl().ok("delete", "pod", "uses-a-gpu", "-n", namespace, "--timeout=60s");
      Wait.until(
          "its sandbox is stopped",
          () -> node.pod(namespace, "uses-a-gpu").filter(NodePod::ready).isEmpty());
    }
  }

  @Test
  void launcherOfAVm_runs() {
    String namespace = rig.newNamespace();
    try (SimulatedNode node =
        SimulatedNode.start(rig, "vms", Gpus.of(L40S.withTypes(1155)), zone("vms"))) {
      rig.kubectl().apply(Resources.text("vmi-with-a-gpu.yaml"), "-n", namespace);
      Wait.until(
          "the launcher runs",
          () ->
              node.pods().stream()
                  .filter(pod -> pod.namespace().equals(namespace))
                  .flatMap(pod -> pod.containers().stream())
                  .anyMatch(container ->
                      container.name().equals("compute") && container.state().equals("running")));
      Wait.until(
          "KubeVirt knows",
          () ->
              rig.kubectl()
                  .get("vmi", "uses-a-gpu", "-n", namespace)
                  .path("status")
                  .path("phase")
                  .asText()
                  .equals("Scheduled"));
      NodePod launcher =
          node.pods().stream()
              .filter(pod -> pod.namespace().equals(namespace))
              .findAny()
              .orElseThrow();
      assertThat(launcher.container("compute").environment())
          .containsEntry("PCI_RESOURCE_NVIDIA_COM_L40S-24Q", "0000:41:00.4");
      assertThat(userData(node, launcher)).isEqualTo("#cloud-config\n{}\n");
    }
  }

  /** kubevirt#7084: this is why an agent that writes profiles is not enough. */
  @Test
  void profileWrittenLater_isAdvertisedAfterARestartOfVirtHandler() throws IOException {
    try (SimulatedNode node = SimulatedNode.start(rig, "late", Gpus.of(L40S.withTypes(1155)))) {
      Wait.untilAsserted(
          "KubeVirt has looked", () -> assertThat(node.allocatable(RESOURCE)).contains("1"));
      Files.writeString(type(node, "0000:41:00.5"), "1155");
      assertThat(node.allocatable(RESOURCE)).contains("1");
      node.restartPart("device-controller");
      Wait.untilAsserted(
          "KubeVirt has looked again", () -> assertThat(node.allocatable(RESOURCE)).contains("2"));
    }
  }

  @Test
  void twoNodes_haveDifferentGpusAtTheSameAddress() throws IOException {
    try (SimulatedNode one = SimulatedNode.start(rig, "one", Gpus.of(L40S));
        SimulatedNode two =
            SimulatedNode.start(
                rig, "two", Gpus.ofOpenDriver(Gpu.of("RTX6000-Ada", "0000:41:00.0").withVfs(4)))) {
      Path ofOne = type(one, "0000:41:00.4");
      Path ofTwo = type(two, "0000:41:00.4");
      Files.writeString(ofOne, "1155\n");
      Files.writeString(ofTwo, "949\n");
      assertThat(ofOne).hasContent("1155\n");
      assertThat(ofTwo).hasContent("949\n");
      assertThat(one.gpus().journal())
          .containsExactly(new GpuControl.Write("0000:41:00.4", "current_vgpu_type", "1155\n", ""));
    }
  }

  @Test
  void functionThatAVmHolds_cannotBeReset() throws IOException {
    try (SimulatedNode node = SimulatedNode.start(rig, "held", Gpus.of(L40S.withTypes(1155)))) {
      Path held = type(node, "0000:41:00.4");
      node.gpus().hold("0000:41:00.4");
      assertThatThrownBy(() -> Files.writeString(held, "0"))
          .hasMessageContaining("Operation not permitted");
      node.gpus().reboot();
      assertThat(held).hasContent("0\n");
    }
  }

  @Test
  void closedNode_leavesNothing() {
    SimulatedNode node = SimulatedNode.start(rig, "closed", Gpus.of(L40S));
    assertThat(node.root()).isDirectory();
    node.close();
    assertThatIllegalStateException().isThrownBy(node::root);
    assertThat(rig.kubectl().find("node", "closed")).isEmpty();
  }

  private static Path type(SimulatedNode node, String vf) {
    return node.sysfs().resolve("bus/pci/devices").resolve(vf).resolve("nvidia/current_vgpu_type");
  }

  private static Map<String, String> zone(String name) {
    return Map.of("zone", name);
  }

  private String phase(String namespace, String pod) {
    return rig.kubectl().get("pod", pod, "-n", namespace).path("status").path("phase").asText();
  }

  private boolean saysFailedMount(String namespace) {
    return rig.kubectl().ok("get", "events", "-n", namespace).contains("FailedMount");
  }

  private static String userData(SimulatedNode node, NodePod launcher) {
    NodePod.Mount mount =
        launcher.container("compute").mounts().stream()
            .filter(one -> one.container().endsWith("/userdata"))
            .findAny()
            .orElseThrow();
    return new String(
        node.read(launcher.namespace(), launcher.name(), "compute", mount.container()), UTF_8);
  }
}
