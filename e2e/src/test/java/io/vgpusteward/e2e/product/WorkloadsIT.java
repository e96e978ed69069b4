package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Instances without a VirtualMachine, and virtual machines that KubeVirt made or copied. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WorkloadsIT {
  private static final String BOOTHOOK = "Content-Type: text/cloud-boothook";

  private final Rig rig;
  private final Product product;
  private Tenant tenant;

  WorkloadsIT(Rig rig) {
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
  void newNamespace() {
    tenant = new Tenant(rig);
  }

  @Test
  void bareInstance_hasItsUsersSecretAndTheLicence() {
    apply("my-user-data.yaml");
    apply("bare-instance.yaml");

    JsonNode vmi = tenant.get("vmi", "batch");
    assertThatDeviceIsInjected(vmi.path("spec"));
    assertThat(Vms.secret(vmi.path("spec"))).isEqualTo(Tenant.secretOf("batch"));
    assertThatSecretHolds("batch", "#cloud-config\nhostname: from-my-secret\n");
  }

  @Test
  void bareInstanceWithInlineUserData_keepsItAndTheUserIsWarned() {
    Outcome applied = tenant.tryApply(Manifest.of("bare-instance-with-inline-user-data.yaml"));

    assertThat(applied.status()).isZero();
    assertThat(applied.err()).contains("Warning:").contains("licence");
    JsonNode vmi = tenant.get("vmi", "batch");
    assertThatDeviceIsInjected(vmi.path("spec"));
    assertThat(vmi.at("/spec/volumes/1/cloudInitNoCloud/userData").asText())
        .isEqualTo("#cloud-config\nhostname: batch\n");
    assertThat(Vms.annotations(vmi).has("vgpu-steward.io/user-data")).isFalse();
  }

  @Test
  void machinesOfAPool_eachHaveASecret() {
    apply("pool.yaml");

    for (JsonNode vm : awaitTwo("vm", "app=desktops")) {
      assertThatDeviceIsInjected(Vms.template(vm));
      String name = vm.at("/metadata/name").asText();
      assertThat(Vms.secret(Vms.template(vm))).isEqualTo(Tenant.secretOf(name));
      assertThatSecretHolds(name, "#cloud-config\nhostname: desktop\n");
    }
  }

  @Test
  void clone_hasASecretOfItsOwnWithTheSameUserData() {
    apply("vm-switched-off.yaml");
    apply("clone.yaml");

    Wait.until("the clone is made", () -> tenant.find("vm", "copied").isPresent());
    JsonNode copied = tenant.vm("copied");
    assertThatDeviceIsInjected(Vms.template(copied));
    assertThat(Vms.secret(Vms.template(copied))).isEqualTo(Tenant.secretOf("copied"));
    assertThatSecretHolds("copied", "#cloud-config\nhostname: workstation\n");
  }

  @Test
  void cloneWithoutAnnotations_isRefusedWithTheCureWhereKubeVirtShowsIt() {
    apply("vm-switched-off.yaml");
    apply("clone-without-annotations.yaml");

    // KubeVirt makes a clone by a restore, and says there what became of it.
    Wait.untilAsserted(
        "the restore says why it cannot go on",
        () ->
            assertThat(
                    tenant
                        .list("virtualmachinerestore")
                        .at("/0/status/conditions/0/reason")
                        .asText())
                .contains("copy the annotations vgpu-steward.io/* as well")
                .contains("annotationFilters"));
    assertThat(tenant.find("vm", "copied")).isEmpty();
  }

  private static void assertThatDeviceIsInjected(JsonNode spec) {
    assertThat(spec.at("/domain/devices/hostDevices").toString())
        .isEqualTo("[{\"deviceName\":\"nvidia.com/L40S-24Q\",\"name\":\"vgpu0\"}]");
    assertThat(Vms.isPlaced(spec)).isTrue();
  }

  private JsonNode awaitTwo(String kind, String selector) {
    Wait.until("there are two", () -> tenant.list(kind, "-l", selector).size() == 2);
    return tenant.list(kind, "-l", selector);
  }

  /** What the guest finds, once it is written: its user's data and our part. */
  private void assertThatSecretHolds(String guest, String userData) {
    Wait.until("the Secret is written", () -> tenant.userData(guest).isPresent());
    GuestUserData found = tenant.userData(guest).orElseThrow();
    assertThat(found.carries(userData)).isTrue();
    assertThat(found.message()).contains(BOOTHOOK);
  }

  private void apply(String manifest) {
    tenant.apply(Manifest.of(manifest));
  }
}
