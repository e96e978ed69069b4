package io.vgpusteward.e2e.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Gpu;
import io.vgpusteward.e2e.rig.Gpus;
import io.vgpusteward.e2e.rig.NodePod;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.SimulatedNode;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The whole way: from one annotation through kube-apiserver, our webhook, virt-api,
 * virt-controller, kube-scheduler, a real kubelet and KubeVirt's device plugin to a running
 * launcher with a VF and the licence. Node labels are set by hand, until there is an agent.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
final class LicensedGuestIT {
  private static final String LABEL = "profile.vgpu-steward.io/L40S-24Q";
  private static final int TYPE_24Q = 1155;
  private static final int TYPE_12Q = 1153;

  private final Rig rig;

  LicensedGuestIT(Rig rig) {
    this.rig = rig;
  }

  @Test
  void annotatedVirtualMachine_runsOnAFunctionOfItsProfile_onceItsLicenceIsThere() {
    String namespace = rig.newNamespace();
    Gpu gpu = Gpu.of("L40S", "0000:41:00.0").withVfs(4);
    try (Product product = Product.install(rig);
        // Both nodes advertise nvidia.com/L40S-24Q; the VFs of one of them carry 12Q.
        SimulatedNode lying =
            SimulatedNode.start(
                rig, "twelve", Gpus.of(gpu.withTypes(TYPE_12Q, TYPE_12Q, TYPE_12Q, TYPE_12Q)));
        SimulatedNode honest =
            SimulatedNode.start(
                rig, "twenty-four", Gpus.of(gpu.withTypes(0, TYPE_24Q)), Map.of(LABEL, "true"))) {
      rig.kubectl().apply(Manifest.of("vm.yaml"), "-n", namespace);
      Wait.untilAsserted(
          "the owner is told what is missing",
          () ->
              assertThat(rig.kubectl().ok("get", "events", "-n", namespace))
                  .contains("LicenseMissing", "FailedMount"));
      assertThat(running(honest, namespace)).as("it waits for the licence").isEmpty();

      rig.kubectl().apply(Manifest.LICENSE);
      Wait.until("the launcher runs", () -> running(honest, namespace).isPresent());

      NodePod launcher = running(honest, namespace).orElseThrow();
      assertThat(launcher.container("compute").environment())
          .containsEntry("PCI_RESOURCE_NVIDIA_COM_L40S-24Q", "0000:41:00.5");
      assertThat(launcher.annotations()).containsEntry("vgpu-steward.io/profile", "L40S-24Q");
      assertThat(userData(honest, launcher))
          .contains("Content-Type: text/cloud-boothook")
          .contains(base64("#cloud-config\nhostname: workstation\n"));
      assertThat(lying.pods()).noneMatch(pod -> pod.namespace().equals(namespace));
      Wait.untilAsserted(
          "KubeVirt knows",
          () -> {
            JsonNode vmi = rig.kubectl().get("vmi", "workstation", "-n", namespace);
            assertThat(vmi.at("/status/phase").asText()).isEqualTo("Scheduled");
            assertThat(vmi.at("/status/nodeName").asText()).isEqualTo("twenty-four");
          });
      assertThat(product.log()).doesNotContain("forbidden");
    } finally {
      rig.kubectl().ok("delete", "vm", "--all", "-n", namespace, "--wait=false");
    }
  }

  private static Optional<NodePod> running(SimulatedNode node, String namespace) {
    return node.pods().stream()
        .filter(pod -> pod.namespace().equals(namespace))
        .filter(pod ->
            pod.containers().stream()
                .anyMatch(container ->
                    container.name().equals("compute") && container.state().equals("running")))
        .findAny();
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

  private static String base64(String text) {
    return Base64.getMimeEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
