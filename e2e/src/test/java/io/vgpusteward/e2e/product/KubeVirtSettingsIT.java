package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.KubeVirtSettings;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * In a cluster whose KubeVirt has the feature gate HostDevices off and expands instancetypes into
 * the virtual machines that name them.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KubeVirtSettingsIT {
  private final Rig rig;
  private final Kubectl kubectl;
  private final Product product;
  private String namespace = "";

  KubeVirtSettingsIT(Rig rig) {
    this.rig = rig;
    this.kubectl = rig.kubectl();
    setUpKubeVirt();
    this.product = Product.install(rig);
    kubectl.apply(Manifest.LICENSE);
  }

  private void setUpKubeVirt() {
    kubectl.ok(
        "patch",
        "kubevirt",
        "kubevirt",
        "-n",
        "kubevirt",
        "--type=merge",
        "-p",
        Manifest.of("gate-off-and-expand.json"));
    KubeVirtSettings.awaitUse(rig);
  }

  @AfterAll
  void uninstall() {
    product.close();
  }

  @BeforeEach
  void newNamespace() {
    namespace = rig.newNamespace();
  }

  @Test
  void annotation_givesGpusWithoutADisplay() {
    apply("vm-switched-off.yaml");

    JsonNode devices = Manifest.devices(vm("workstation"));
    assertThat(devices.path("gpus").toString())
        .isEqualTo(
            "[{\"deviceName\":\"nvidia.com/L40S-24Q\",\"name\":\"vgpu0\","
                + "\"virtualGPUOptions\":{\"display\":{\"enabled\":false}}}]");
    assertThat(devices.has("hostDevices")).isFalse();
  }

  @Test
  void sameManifestAgain_changesNothing() {
    apply("vm-switched-off.yaml");
    JsonNode before = vm("workstation");

    apply("vm-switched-off.yaml");

    assertThat(vm("workstation").path("spec")).isEqualTo(before.path("spec"));
    assertThat(Vms.generation(vm("workstation"))).isEqualTo(1);
  }

  @Test
  void gpusThatAreSpelledOut_areLeftAsTheyAre() {
    apply("listed-gpus.yaml");

    JsonNode spec = Vms.template(vm("workstation"));
    assertThat(spec.at("/domain/devices/gpus").toString())
        .isEqualTo("[{\"deviceName\":\"nvidia.com/L40S-24Q\",\"name\":\"mine\"}]");
    assertThat(Vms.isPlaced(spec)).isTrue();
    assertThat(Vms.secret(spec)).isEqualTo("vgpu-steward-user-data-workstation");
  }

  /** The API server asks KubeVirt's webhook and ours at once, and tells the first refusal alone. */
  @Test
  void hostDevicesThatAreSpelledOut_areRefusedForTheGate() {
    Outcome applied =
        kubectl.runWith(
            Manifest.of("listed-host-devices.yaml"), "apply", "-n", namespace, "-f", "-");

    assertThat(applied.status()).isEqualTo(1);
    assertThat(applied.err())
        .containsAnyOf(
            "Host Devices feature gate is not enabled", "feature gate HostDevices is off");
  }

  @Test
  void expandedInstancetype_leavesADeviceOfTheMachinesOwn() {
    createExpandedMachine();

    assertThatExpandedMachineIsManaged();
  }

  @Test
  void editOfAnExpandedMachine_keepsWhatWasInjected() {
    createExpandedMachine();
    kubectl.ok("delete", "virtualmachineinstancetype", "with-vgpu", "-n", namespace);

    kubectl.ok(
        "patch",
        "vm",
        "renderer",
        "-n",
        namespace,
        "--type=merge",
        "-p",
        "{\"spec\":{\"template\":{\"metadata\":{\"labels\":{\"edited\":\"once\"}}}}}");

    assertThatExpandedMachineIsManaged();
  }

  private void createExpandedMachine() {
    apply("instancetype.yaml");
    apply("preference.yaml");
    // The instancetype is in a cache of the product, where it arrives a moment after it is made.
    Wait.until("the instancetype counts", this::isPlacedByInstancetype);
    apply("vm-of-instancetype.yaml");
    Wait.until(
        "KubeVirt has expanded it", () -> vm("renderer").at("/spec/instancetype").isMissingNode());
  }

  private void assertThatExpandedMachineIsManaged() {
    JsonNode spec = Vms.template(vm("renderer"));
    assertThat(spec.at("/domain/devices/gpus").toString())
        .isEqualTo("[{\"deviceName\":\"nvidia.com/L40S-24Q\",\"name\":\"gpu1\"}]");
    assertThat(Vms.isPlaced(spec)).isTrue();
    assertThat(Vms.secret(spec)).isEqualTo("vgpu-steward-user-data-renderer");
  }

  private boolean isPlacedByInstancetype() {
    return Vms.isPlaced(
        Vms.template(
            Vms.parse(
                kubectl.apply(
                    Manifest.of("vm-of-instancetype.yaml"),
                    "-n",
                    namespace,
                    "--dry-run=server",
                    "-o",
                    "json"))));
  }

  private void apply(String manifest) {
    kubectl.apply(Manifest.of(manifest), "-n", namespace);
  }

  private JsonNode vm(String name) {
    return kubectl.get("vm", name, "-n", namespace);
  }
}
