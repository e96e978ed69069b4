package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A virtual machine whose instancetype brings the vGPU. What counts is the copy that KubeVirt took
 * of it for this machine, not what the instancetype has become.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class InstancetypeIT {
  private final Rig rig;
  private final Kubectl kubectl;
  private final Product product;
  private String namespace = "";

  InstancetypeIT(Rig rig) {
    this.rig = rig;
    this.kubectl = rig.kubectl();
    this.product = Product.install(rig);
    kubectl.apply(Manifest.LICENSE);
  }

  @AfterAll
  void uninstall() {
    product.close();
  }

  @BeforeEach
  void virtualMachine() {
    namespace = rig.newNamespace();
    apply("instancetype.yaml");
    apply("preference.yaml");
    // The instancetype is in a cache of the product, where it arrives a moment after it is made.
    Wait.untilAsserted(
        "the instancetype counts",
        () -> assertThat(Vms.isPlaced(Vms.template(wouldBeStored("another")))).isTrue());
    apply("vm-of-instancetype.yaml");
    Wait.until(
        "KubeVirt has its copy of the instancetype",
        () -> !vm().at("/status/instancetypeRef/controllerRevisionRef/name").asText().isEmpty());
  }

  @Test
  void devicesOfTheInstancetype_areARequestForLicenceAndPlacement() {
    JsonNode spec = Vms.template(vm());

    assertThat(Vms.secret(spec)).isEqualTo("vgpu-steward-user-data-renderer");
    assertThat(Vms.isPlaced(spec)).isTrue();
    // A list of its own would conflict with the instancetype's.
    assertThat(spec.at("/domain/devices/gpus").isMissingNode()).isTrue();
    assertThat(spec.at("/domain/devices/hostDevices").isMissingNode()).isTrue();
    Wait.until(
        "the Secret is written",
        () -> kubectl.find("secret", Vms.secret(spec), "-n", namespace).isPresent());
  }

  @Test
  void sameManifestAgain_changesNothing() {
    JsonNode before = vm();

    apply("vm-of-instancetype.yaml");

    assertThat(vm().path("spec")).isEqualTo(before.path("spec"));
    assertThat(Vms.annotations(vm())).isEqualTo(Vms.annotations(before));
    assertThat(Vms.generation(vm())).isEqualTo(Vms.generation(before));
  }

  @Test
  void instancetypeChangedSince_countsForOtherMachinesOnly() {
    apply("instancetype-without-device.yaml");
    Wait.untilAsserted(
        "the change counts for new machines",
        () -> assertThat(Vms.isPlaced(Vms.template(wouldBeStored("another")))).isFalse());

    edit();
    assertThatNothingWasTakenAway();
  }

  @Test
  void instancetypeDeletedSince_changesNothing() {
    kubectl.ok("delete", "virtualmachineinstancetype", "with-vgpu", "-n", namespace);

    edit();
    assertThatNothingWasTakenAway();
    apply("vm-of-instancetype.yaml");
    assertThatNothingWasTakenAway();
  }

  @Test
  void annotationForWhatTheInstancetypeBrings_addsNoSecondDevice() {
    kubectl.ok("annotate", "vm", "renderer", "vgpu-steward.io/profile=L40S-24Q", "-n", namespace);

    assertThat(Manifest.devices(vm()).has("hostDevices")).isFalse();
    assertThat(Manifest.devices(vm()).has("gpus")).isFalse();
    assertThatNothingWasTakenAway();
  }

  private void assertThatNothingWasTakenAway() {
    JsonNode spec = Vms.template(vm());
    assertThat(Vms.isPlaced(spec)).isTrue();
    assertThat(Vms.secret(spec)).isEqualTo("vgpu-steward-user-data-renderer");
    assertThat(Vms.annotation(vm(), "vgpu-steward.io/user-data"))
        .isEqualTo("#cloud-config\nhostname: renderer\n");
  }

  private void edit() {
    kubectl.ok(
        "patch",
        "vm",
        "renderer",
        "-n",
        namespace,
        "--type=merge",
        "-p",
        "{\"spec\":{\"template\":{\"metadata\":{\"labels\":{\"edited\":\"once\"}}}}}");
  }

  private void apply(String manifest) {
    kubectl.apply(Manifest.of(manifest), "-n", namespace);
  }

  /** A machine of the instancetype as it would be stored if it were created now. */
  private JsonNode wouldBeStored(String name) {
    return Vms.parse(
        kubectl
            .runWith(
                Manifest.of("vm-of-instancetype.yaml").replace("name: renderer", "name: " + name),
                "create",
                "-n",
                namespace,
                "--dry-run=server",
                "-o",
                "json",
                "-f",
                "-")
            .orThrow());
  }

  private JsonNode vm() {
    return kubectl.get("vm", "renderer", "-n", namespace);
  }
}
