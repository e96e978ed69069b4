package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A virtual machine with a vGPU that was there before the program was installed. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OlderVirtualMachineIT {
  private final Kubectl kubectl;
  private final String namespace;
  private final Product product;
  private final JsonNode before;

  OlderVirtualMachineIT(Rig rig) {
    kubectl = rig.kubectl();
    namespace = rig.newNamespace();
    kubectl.apply(Manifest.of("vm-with-device.yaml"), "-n", namespace);
    Wait.until("KubeVirt has seen it", () -> vm().at("/status/printableStatus").isTextual());
    before = vm();
    product = Product.install(rig);
  }

  @BeforeAll
  void license() {
    kubectl.apply(Manifest.LICENSE);
  }

  @AfterAll
  void cleanUp() {
    product.close();
  }

  @Test
  void label_changesNothingElse() {
    kubectl.ok("label", "vm", "older", "-n", namespace, "team=a");
    assertThat(vm().at("/metadata/labels/team").asText()).isEqualTo("a");
    assertUntouched();
  }

  @Test
  void finalizer_changesNothingElse() {
    patch("[{\"op\":\"add\",\"path\":\"/metadata/finalizers/-\",\"value\":\"example.com/mine\"}]");
    assertUntouched();
    JsonNode finalizers = vm().at("/metadata/finalizers");
    for (int i = 0; i < finalizers.size(); i++) {
      if (finalizers.get(i).asText().equals("example.com/mine")) {
        patch("[{\"op\":\"remove\",\"path\":\"/metadata/finalizers/" + i + "\"}]");
      }
    }
    assertUntouched();
  }

  @Test
  void snapshot_isMade() {
    kubectl.apply(Manifest.of("snapshot.yaml"), "-n", namespace);
    Wait.until(
        "the snapshot is made",
        () ->
            kubectl
                .get("vmsnapshot", "snapshot", "-n", namespace)
                .at("/status/readyToUse")
                .asBoolean());
    assertUntouched();
  }

  @Test
  void changeOfTheTemplate_staysAsItIsWithAWarning() {
    Outcome patched =
        kubectl.run(
            "patch",
            "vm",
            "older",
            "-n",
            namespace,
            "--type=merge",
            "-p",
            "{\"spec\":{\"template\":{\"spec\":{\"terminationGracePeriodSeconds\":7}}}}",
            "--dry-run=server",
            "-o",
            "json");
    assertThat(patched.status()).isZero();
    assertThat(patched.err()).contains("older than vgpu-steward");
    assertThat(patched.out()).doesNotContain("vgpu-steward.io").doesNotContain("secretRef");
  }

  @Test
  void processIsDown_labelAndSnapshotPassAndATemplateDoesNot() {
    product.kill();
    try {
      kubectl.ok("label", "vm", "older", "-n", namespace, "down=yes");
      Outcome patched =
          kubectl.run(
              "patch",
              "vm",
              "older",
              "-n",
              namespace,
              "--type=merge",
              "-p",
              "{\"spec\":{\"template\":{\"spec\":{\"terminationGracePeriodSeconds\":7}}}}");
      assertThat(patched.status()).isEqualTo(1);
      assertThat(patched.err()).contains("virtualmachines.vgpu-steward.io");
    } finally {
      product.restart();
    }
    assertUntouched();
  }

  private void assertUntouched() {
    JsonNode now = vm();
    assertThat(now.path("spec")).isEqualTo(before.path("spec"));
    assertThat(now.at("/metadata/generation")).isEqualTo(before.at("/metadata/generation"));
    assertThat(now.at("/status/conditions").toString()).doesNotContain("RestartRequired");
  }

  private void patch(String patch) {
    kubectl.ok("patch", "vm", "older", "-n", namespace, "--type=json", "-p", patch);
  }

  private JsonNode vm() {
    return kubectl.get("vm", "older", "-n", namespace);
  }
}
