package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Nodes;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What KubeVirt does without us: the ground that everything else stands on. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
final class KubeVirtAloneIT {
  private final Rig rig;
  private final Kubectl kubectl;
  private final String namespace;

  KubeVirtAloneIT(Rig rig) {
    this.rig = rig;
    kubectl = rig.kubectl();
    namespace = rig.newNamespace();
  }

  @Test
  void inlineUserDataOfALicencesSize_isRefused() {
    Outcome applied =
        kubectl.runWith(
            Manifest.withoutAnnotation(Manifest.withUserData(Manifest.cloudConfig(2_900))),
            "apply",
            "-n",
            namespace,
            "-f",
            "-");
    assertThat(applied.status()).isEqualTo(1);
    assertThat(applied.err()).contains("userdata exceeds 2048 byte limit");
  }

  @Test
  void virtualMachine_becomesALauncherPodOnANode() {
    Nodes.create(kubectl, "plain-" + namespace, Map.of("for", namespace), Map.of());
    kubectl.apply(Manifest.of("vm-without-gpu.yaml"), "-n", namespace);
    Wait.untilAsserted(
        "the launcher is on a node",
        () -> assertThat(launcher().at("/spec/nodeName").asText()).isNotEmpty());
    assertThat(launcher().at("/metadata/annotations/example.com~1note").asText())
        .isEqualTo("for the pod");

    kubectl.ok("delete", "vm", "plain", "-n", namespace, "--wait=false");
    Wait.until(
        "the virtual machine is gone",
        () -> {
          Nodes.endDeletedPods(rig.api());
          return kubectl.find("vm", "plain", "-n", namespace).isEmpty();
        });
    kubectl.ok("delete", "node", "plain-" + namespace);
  }

  private JsonNode launcher() {
    return kubectl.get("pods", "-n", namespace, "-l", "kubevirt.io=virt-launcher").at("/items/0");
  }
}
