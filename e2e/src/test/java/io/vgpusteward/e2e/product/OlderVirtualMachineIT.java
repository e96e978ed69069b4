package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Virtual machines with a vGPU that ran before the product was installed are left as they are until
 * their owner asks, and nothing that KubeVirt does to one is in its way.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OlderVirtualMachineIT {
  private static final int TESTS_WITH_ONE = 4;
  private static final String OLDER = "older";

  private final Rig rig;
  private final Deque<Tenant> tenants = new ArrayDeque<>();
  private final Product product;

  OlderVirtualMachineIT(Rig rig) {
    this.rig = rig;
    for (int i = 0; i < TESTS_WITH_ONE; i++) {
      Tenant tenant = new Tenant(rig);
      tenant.apply(Manifest.of("vm-older.yaml"));
      tenants.add(tenant);
    }
    tenants.forEach(OlderVirtualMachineIT::awaitRunning);
    product = Product.install(rig);
  }

  @BeforeAll
  void license() {
    rig.kubectl().apply(Manifest.LICENSE);
  }

  @AfterAll
  void uninstall() {
    product.close();
  }

  @Test
  void labelFinalizerAndSnapshot_passUntouched() {
    Tenant tenant = tenants.remove();
    JsonNode before = tenant.vm(OLDER);

    labelAndSnapshot(tenant, OLDER);

    assertUntouched(before, tenant.vm(OLDER));
    assertThat(tenant.find("secret", Tenant.secretOf(OLDER))).isEmpty();
  }

  @Test
  void editOfTheTemplate_isStoredAsItIsWithAWarning() {
    Tenant tenant = tenants.remove();
    JsonNode before = tenant.vm(OLDER);

    Outcome edit =
        patch(tenant, "{\"spec\":{\"template\":{\"metadata\":{\"labels\":{\"edited\":\"yes\"}}}}}");

    assertThat(edit.err())
        .contains(
            "left as it is: this virtual machine is older than vgpu-steward",
            "vgpu-steward.io/license");
    JsonNode after = tenant.vm(OLDER);
    assertThat(after.at("/spec/template/metadata/labels/edited").asText()).isEqualTo("yes");
    assertThat(after.at("/spec/template/spec")).isEqualTo(before.at("/spec/template/spec"));
    assertThat(after.at("/metadata/annotations").toString()).doesNotContain("vgpu-steward.io");
  }

  @Test
  void annotationThatAsksForTheLicence_hasItManaged() {
    Tenant tenant = tenants.remove();

    tenant.ok("annotate", "vm", OLDER, "vgpu-steward.io/license=true");

    JsonNode vm = tenant.vm(OLDER);
    assertThat(Manifest.cloudInit(vm).toString())
        .isEqualTo("{\"secretRef\":{\"name\":\"" + Tenant.secretOf(OLDER) + "\"}}");
    assertThat(vm.at("/spec/template/spec/affinity/nodeAffinity").toString())
        .contains("profile.vgpu-steward.io/L40S-24Q");
    assertThat(Manifest.devices(vm).path("gpus").toString())
        .isEqualTo("[{\"deviceName\":\"nvidia.com/L40S-24Q\",\"name\":\"gpu\"}]");
    Wait.untilAsserted(
        "its Secret holds what its user wrote",
        () ->
            assertThat(tenant.userData(OLDER))
                .hasValueSatisfying(
                    data -> assertThat(data.carries("hostname: older\n")).isTrue()));
    Wait.untilAsserted(
        "KubeVirt wants it restarted",
        () -> assertThat(Tenant.conditions(tenant.vm(OLDER))).contains("RestartRequired"));
  }

  @Test
  void deletion_isNotInItsWay() {
    Tenant tenant = tenants.remove();

    tenant.ok("delete", "vm", OLDER, "--timeout=60s");

    assertThat(tenant.find("vm", OLDER)).isEmpty();
  }

  @Test
  void managedOne_isLabelledAndSnapshottedUntouched() {
    Tenant tenant = new Tenant(rig);
    tenant.apply(Manifest.of("vm.yaml"));
    awaitRunning(tenant);
    JsonNode before = tenant.vm("workstation");

    labelAndSnapshot(tenant, "workstation");

    assertUntouched(before, tenant.vm("workstation"));
  }

  /** Virt-controller puts finalizers on what it snapshots; others put theirs. */
  private static void labelAndSnapshot(Tenant tenant, String vm) {
    tenant.ok("label", "vm", vm, "team=graphics");
    tenant.ok(
        "patch",
        "vm",
        vm,
        "--type=json",
        "-p",
        "[{\"op\":\"add\",\"path\":\"/metadata/finalizers/-\",\"value\":\"example.com/backup\"}]");
    tenant.apply(Manifest.of("snapshot.yaml").replace("${NAME}", vm));
    Wait.untilAsserted(
        "the snapshot is ready",
        () ->
            assertThat(
                    tenant
                        .get("virtualmachinesnapshot", "before-the-update")
                        .at("/status/readyToUse")
                        .asBoolean())
                .isTrue());
    tenant.ok(
        "patch",
        "vm",
        vm,
        "--type=merge",
        "-p",
        "{\"metadata\":{\"finalizers\":[\"kubevirt.io/virtualMachineControllerFinalize\"]}}");
  }

  private static void assertUntouched(JsonNode before, JsonNode after) {
    assertThat(after.path("spec")).isEqualTo(before.path("spec"));
    assertThat(after.at("/metadata/generation")).isEqualTo(before.at("/metadata/generation"));
    assertThat(after.at("/metadata/annotations")).isEqualTo(before.at("/metadata/annotations"));
    assertThat(after.at("/metadata/labels/team").asText()).isEqualTo("graphics");
    assertThat(Tenant.conditions(after)).doesNotContain("RestartRequired");
  }

  private static Outcome patch(Tenant tenant, String patch) {
    return tenant.ok("patch", "vm", OLDER, "--type=merge", "-p", patch);
  }

  /** No node takes it: its instance and its launcher exist, and can be deleted at once. */
  private static void awaitRunning(Tenant tenant) {
    Wait.until("the launcher exists", () -> !tenant.launchers().isEmpty());
  }
}
