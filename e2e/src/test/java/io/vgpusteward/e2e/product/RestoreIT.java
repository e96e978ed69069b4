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

/** A virtual machine with a vGPU that goes back to a snapshot of it. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RestoreIT {
  private static final String VM = "workstation";

  private final Rig rig;
  private final Product product;
  private Tenant tenant;
  private JsonNode before = Vms.parse("{}");

  RestoreIT(Rig rig) {
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
  void snapshot() {
    tenant = new Tenant(rig);
    tenant.apply(Manifest.of("vm-switched-off.yaml"));
    before = tenant.vm(VM);
    tenant.apply(Manifest.of("snapshot.yaml").replace("${NAME}", VM));
    Wait.until(
        "the snapshot is ready",
        () ->
            tenant
                .get("virtualmachinesnapshot", "before-the-update")
                .at("/status/readyToUse")
                .asBoolean());
  }

  /** KubeVirt puts back a machine's spec and leaves its annotations, where its user data is. */
  @Test
  void changedMachine_isWhatItWasButForItsUserData() {
    tenant.apply(
        Manifest.of("vm-switched-off.yaml")
            .replace("guest: 1Gi", "guest: 2Gi")
            .replace("hostname: workstation", "hostname: renamed"));

    restore(VM);

    assertThat(tenant.vm(VM).at("/spec/template")).isEqualTo(before.at("/spec/template"));
    assertThatItsSecretHolds(VM, "hostname: renamed\n");
  }

  @Test
  void machineThatLostItsVgpu_hasItAgain() {
    tenant.ok("annotate", "vm", VM, "vgpu-steward.io/profile-");
    Wait.until("the Secret is gone", () -> tenant.userData(VM).isEmpty());

    restore(VM);

    JsonNode template = Vms.template(tenant.vm(VM));
    assertThat(template.at("/domain/devices/hostDevices"))
        .isEqualTo(Vms.template(before).at("/domain/devices/hostDevices"));
    assertThat(Vms.isPlaced(template)).isTrue();
    assertThat(Vms.secret(template)).isEqualTo(Tenant.secretOf(VM));
    assertThatItsSecretHolds(VM, "hostname: workstation\n");
  }

  @Test
  void deletedMachine_isBack() {
    tenant.ok("delete", "vm", VM, "--timeout=60s");
    Wait.until("the Secret is gone", () -> tenant.userData(VM).isEmpty());

    restore(VM);

    assertThat(tenant.vm(VM).at("/spec/template")).isEqualTo(before.at("/spec/template"));
    assertThatItsSecretHolds(VM, "hostname: workstation\n");
  }

  @Test
  void copyByAnotherName_hasASecretOfItsOwn() {
    restore("copy");

    JsonNode template = Vms.template(tenant.vm("copy"));
    assertThat(Vms.secret(template)).isEqualTo(Tenant.secretOf("copy"));
    assertThat(template.at("/domain/devices/hostDevices"))
        .isEqualTo(Vms.template(before).at("/domain/devices/hostDevices"));
    assertThatItsSecretHolds("copy", "hostname: workstation\n");
    assertThatItsSecretHolds(VM, "hostname: workstation\n");
  }

  private void restore(String name) {
    tenant.apply(Manifest.of("restore.yaml").replace("${NAME}", name));
    Wait.untilAsserted(
        "the restore is complete",
        () -> {
          JsonNode status = tenant.get("virtualmachinerestore", "back-to-" + name).path("status");
          assertThat(status.path("complete").asBoolean()).as(status.toString()).isTrue();
        });
  }

  private void assertThatItsSecretHolds(String name, String userData) {
    Wait.untilAsserted(
        "the Secret is written",
        () ->
            assertThat(tenant.userData(name))
                .hasValueSatisfying(data -> assertThat(data.carries(userData)).isTrue()));
  }
}
