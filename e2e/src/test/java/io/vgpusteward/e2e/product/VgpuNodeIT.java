package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The definition of inventories, as a real API server holds objects to it. */
@UseRig(
    value = {},
    own = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VgpuNodeIT {
  private static final String[] STORE = {"apply", "--server-side", "--filename=-"};
  private static final String[] STORE_STATUS = {
    "apply", "--server-side", "--subresource=status", "--filename=-"
  };

  private final Kubectl kubectl;

  VgpuNodeIT(Rig rig) {
    kubectl = rig.kubectl();
  }

  @BeforeAll
  void install() {
    kubectl.ok("apply", "--server-side", "--filename=../charts/vgpu-steward/crds/vgpunodes.yaml");
    kubectl.ok("wait", "--for=condition=Established", "crd/vgpunodes.vgpu-steward.io");
  }

  @Test
  void definition_isStructural_withoutComplaint() {
    JsonNode conditions = kubectl.get("crd", "vgpunodes.vgpu-steward.io").at("/status/conditions");
    assertThat(conditions.findValuesAsText("type"))
        .contains("NamesAccepted", "Established")
        .doesNotContain("NonStructuralSchema");
    assertThat(kubectl.ok("explain", "vgpunode.status.gpus.vfs.state"))
        .contains("ENUM", "Settled", "it carries what is configured");
  }

  @Test
  void example_isStored_andItsStatusApart() {
    store(Manifest.INVENTORY);
    assertThat(kubectl.get("vgpunode", "gpu-1").has("status")).isFalse();
    storeStatus(Manifest.INVENTORY);
    JsonNode stored = kubectl.get("vgpunode", "gpu-1");
    assertThat(stored.at("/status/gpus/0/vfs")).hasSize(4);
    assertThat(stored.at("/status/gpus/0/offered/10/typeId").asInt()).isEqualTo(1155);
    store(Manifest.INVENTORY);
    assertThat(kubectl.get("vgpunode", "gpu-1").path("status")).isEqualTo(stored.path("status"));
    assertThat(kubectl.ok("get", "vgpunodes"))
        .matches("(?s)NAME +GPUS +VFS +PROFILES +READY +AGE *\n.*");
    assertThat(kubectl.ok("get", "vgpun", "gpu-1", "--no-headers"))
        .matches("gpu-1 +1 +4 +2 L40S-24Q +True +\\S+\n");
    kubectl.ok("delete", "vgpunode", "gpu-1");
  }

  @Test
  void inventoryWithoutStatus_isPrinted() {
    store(inventory("empty", ""));
    assertThat(kubectl.ok("get", "vgpunode", "empty", "--no-headers")).startsWith("empty ");
    kubectl.ok("delete", "vgpunode", "empty");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpus: 3 | status.gpus: expected list",
        "gpus: [{}] | status.gpus[0].busId: Required value",
        "gpus: [{busId: '0000:41:00'}] | status.gpus[0].busId: Invalid value",
        "gpus: [{busId: '0000:41:00.0', pciId: L40S}] | status.gpus[0].pciId: Invalid value",
        "gpus: [{busId: '0000:41:00.0', sizes: Odd}] | status.gpus[0].sizes: Unsupported value",
        "gpus: [{busId: '0000:41:00.0', frameBufferGib: 0}] | status.gpus[0].frameBufferGib",
        "gpus: [{busId: '0000:41:00.0', offered: [{typeId: 1}]}] |"
            + " status.gpus[0].offered[0].profile: Required value",
        "gpus: [{busId: '0000:41:00.0', vfs: [{busId: '0000:41:00.4'}]}] |"
            + " status.gpus[0].vfs[0].state: Required value",
        "gpus: [{busId: '0000:41:00.0', vfs: [{busId: '0000:41:00.4', state: Odd}]}] |"
            + " status.gpus[0].vfs[0].state: Unsupported value",
        "gpus: [{busId: '0000:41:00.0', vfs: [{busId: '0000:41:00.4', state: Settled, current: a b}]}]"
            + " | status.gpus[0].vfs[0].current: Invalid value",
        "gpus: [{busId: '0000:41:00.0', vfs: [{busId: '0000:41:00.4', state: Settled, creatable: [a"
            + " b]}]}] | status.gpus[0].vfs[0].creatable[0]: Invalid value",
        "gpus: [{busId: '0000:41:00.0', vfs: [{busId: '0000:41:00.4', state: Settled, holder: {pod:"
            + " a}}]}] | status.gpus[0].vfs[0].holder.namespace: Required value",
        "conditions: [{type: Ready, status: Maybe}] | status.conditions[0].status: Invalid value",
        "summary: {vfs: -1} | status.summary.vfs: Invalid value"
      })
  void whatDoesNotFitTheDefinition_isRefused_byItsPath(String status, String expected) {
    store(inventory("bad", ""));
    Outcome refused = kubectl.runWith(inventory("bad", status), STORE_STATUS);
    assertThat(refused.succeeded()).as(refused.out()).isFalse();
    assertThat(refused.err()).contains(expected);
  }

  private void store(String manifest) {
    kubectl.runWith(manifest, STORE).orThrow();
  }

  private void storeStatus(String manifest) {
    kubectl.runWith(manifest, STORE_STATUS).orThrow();
  }

  private static String inventory(String name, String status) {
    return """
    apiVersion: vgpu-steward.io/v1alpha1
    kind: VgpuNode
    metadata: {name: %s}
    status: {%s}
    """
        .formatted(name, status);
  }
}
