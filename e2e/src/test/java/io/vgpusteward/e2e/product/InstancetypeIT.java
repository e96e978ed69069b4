package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
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
  private static final String VM = "renderer";

  private final Rig rig;
  private final Product product;
  private Tenant tenant;

  InstancetypeIT(Rig rig) {
    this.rig = rig;
    this.product = Product.install(rig);
    this.tenant = new Tenant(rig);
    rig.kubectl().apply(Manifest.LICENSE);
  }

  @AfterAll
  void uninstall() {
    product.close();
  }

  @BeforeEach
  void virtualMachine() {
    tenant = new Tenant(rig);
    apply("instancetype.yaml");
    apply("preference.yaml");
    // The instancetype is in a cache of the product, where it arrives a moment after it is made.
    Wait.untilAsserted(
        "the instancetype counts",
        () -> assertThat(Vms.isPlaced(Vms.template(tenant.wouldBeStored(another())))).isTrue());
    apply("vm-of-instancetype.yaml");
    Wait.until(
        "KubeVirt has its copy of the instancetype",
        () -> !vm().at("/status/instancetypeRef/controllerRevisionRef/name").asText().isEmpty());
  }

  @Test
  void devicesOfTheInstancetype_areARequestForLicenceAndPlacement() {
    JsonNode spec = Vms.template(vm());

    assertThat(Vms.secret(spec)).isEqualTo(Tenant.secretOf(VM));
    assertThat(Vms.isPlaced(spec)).isTrue();
    // A list of its own would conflict with the instancetype's.
    assertThat(spec.at("/domain/devices/gpus").isMissingNode()).isTrue();
    assertThat(spec.at("/domain/devices/hostDevices").isMissingNode()).isTrue();
    Wait.until("the Secret is written", () -> tenant.userData(VM).isPresent());
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
        () -> assertThat(Vms.isPlaced(Vms.template(tenant.wouldBeStored(another())))).isFalse());

    edit();
    assertThatNothingWasTakenAway();
  }

  @Test
  void instancetypeDeletedSince_changesNothing() {
    tenant.ok("delete", "virtualmachineinstancetype", "with-vgpu");

    edit();
    assertThatNothingWasTakenAway();
    apply("vm-of-instancetype.yaml");
    assertThatNothingWasTakenAway();
  }

  @Test
  void annotationForWhatTheInstancetypeBrings_addsNoSecondDevice() {
    tenant.ok("annotate", "vm", VM, "vgpu-steward.io/profile=L40S-24Q");

    assertThat(Manifest.devices(vm()).has("hostDevices")).isFalse();
    assertThat(Manifest.devices(vm()).has("gpus")).isFalse();
    assertThatNothingWasTakenAway();
  }

  private void assertThatNothingWasTakenAway() {
    JsonNode spec = Vms.template(vm());
    assertThat(Vms.isPlaced(spec)).isTrue();
    assertThat(Vms.secret(spec)).isEqualTo(Tenant.secretOf(VM));
    assertThat(Vms.annotation(vm(), "vgpu-steward.io/user-data"))
        .isEqualTo("#cloud-config\nhostname: renderer\n");
  }

  private void edit() {
    tenant.ok(
        "patch",
        "vm",
        VM,
        "--type=merge",
        "-p",
        "{\"spec\":{\"template\":{\"metadata\":{\"labels\":{\"edited\":\"once\"}}}}}");
  }

  private void apply(String manifest) {
    tenant.apply(Manifest.of(manifest));
  }

  private static String another() {
    return Manifest.of("vm-of-instancetype.yaml").replace("name: renderer", "name: another");
  }

  private JsonNode vm() {
    return tenant.vm(VM);
  }
}
