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

/** The ways by which users and their tools change a virtual machine that has its vGPU. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EditsIT {
  private static final String OURS = "{\"deviceName\":\"nvidia.com/L40S-24Q\",\"name\":\"vgpu0\"}";
  private static final String VM = "workstation";

  private final Rig rig;
  private final Product product;
  private Tenant tenant;
  private JsonNode before = Vms.parse("{}");

  EditsIT(Rig rig) {
    this.rig = rig;
    // Its devices of other kinds are nobody's, which would be refused.
    this.product = Product.install(rig, "--policy=device-not-permitted=off");
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
    tenant.apply(Manifest.of("vm-switched-off.yaml"));
    before = vm();
  }

  @Test
  void replaceByTheUsersManifest_putsBackWhatWasInjected() {
    tenant.okWith(Manifest.of("vm-switched-off.yaml"), "replace", "-f", "-");

    assertThatAllIsInPlace();
    assertThat(Vms.annotation(vm(), "vgpu-steward.io/injected"))
        .isEqualTo(Vms.annotation(before, "vgpu-steward.io/injected"));
  }

  @Test
  void applyOfAChange_changesNothingElse() {
    tenant.apply(withMoreMemory());

    assertThat(memory()).isEqualTo("2Gi");
    assertThatAllIsInPlace();
  }

  @Test
  void serverSideApplyAfterApply_changesNothingElse() {
    tenant.apply(withMoreMemory(), "--server-side", "--force-conflicts");

    assertThat(memory()).isEqualTo("2Gi");
    assertThatAllIsInPlace();
  }

  @Test
  void edit_changesNothingElse() {
    edit("s/guest: 1Gi/guest: 2Gi/");

    assertThat(memory()).isEqualTo("2Gi");
    assertThatAllIsInPlace();
  }

  @Test
  void editThatDeletesTheDevice_putsItBack() {
    edit("/hostDevices:/,+2d");

    assertThatAllIsInPlace();
  }

  @Test
  void jsonPatch_changesNothingElse() {
    patch(
        "json",
        "[{\"op\":\"replace\",\"path\":\"/spec/template/spec/domain/memory/guest\","
            + "\"value\":\"2Gi\"}]");

    assertThat(memory()).isEqualTo("2Gi");
    assertThatAllIsInPlace();
  }

  @Test
  void mergePatchOfTheWholeList_keepsTheUsersDeviceAndOurs() {
    patch(
        "merge",
        "{\"spec\":{\"template\":{\"spec\":{\"domain\":{\"devices\":{\"hostDevices\":"
            + "[{\"name\":\"mine\",\"deviceName\":\"example.com/card\"}]}}}}}}");

    assertThat(Manifest.devices(vm()).path("hostDevices").toString())
        .contains(OURS, "{\"deviceName\":\"example.com/card\",\"name\":\"mine\"}");
    assertThat(Manifest.devices(vm()).path("hostDevices")).hasSize(2);
  }

  @Test
  void otherUserData_goesIntoTheSecret() {
    tenant.apply(
        Manifest.of("vm-switched-off.yaml").replace("hostname: workstation", "hostname: renamed"));

    String renamed = "#cloud-config\nhostname: renamed\n";
    assertThatAllIsInPlace();
    assertThat(Vms.annotation(vm(), "vgpu-steward.io/user-data")).isEqualTo(renamed);
    Wait.until(
        "the Secret follows",
        () -> tenant.userData(VM).filter(data -> data.carries(renamed)).isPresent());
  }

  @Test
  void otherProfileAndCount_changeDevicesAndPlacement() {
    tenant.ok(
        "annotate",
        "vm",
        VM,
        "--overwrite",
        "vgpu-steward.io/profile=L40S-12Q",
        "vgpu-steward.io/count=2");

    assertThat(Manifest.devices(vm()).path("hostDevices")).hasSize(2);
    String affinity = Vms.template(vm()).path("affinity").toString();
    assertThat(affinity).contains("profile.vgpu-steward.io/L40S-12Q").doesNotContain("L40S-24Q");
    assertThat(vm().at("/spec/template/metadata/annotations/vgpu-steward.io~1profile").asText())
        .isEqualTo("L40S-12Q");
  }

  @Test
  void label_isNoneOfOurBusiness() {
    tenant.ok("label", "vm", VM, "team=graphics");

    assertThat(vm().path("spec")).isEqualTo(before.path("spec"));
    assertThat(Vms.annotations(vm())).isEqualTo(Vms.annotations(before));
    assertThat(Vms.generation(vm())).isEqualTo(Vms.generation(before));
  }

  private void assertThatAllIsInPlace() {
    JsonNode spec = Vms.template(vm());
    assertThat(Manifest.devices(vm()).path("hostDevices").toString()).isEqualTo("[" + OURS + "]");
    assertThat(spec.path("affinity")).isEqualTo(Vms.template(before).path("affinity"));
    assertThat(Vms.secret(spec)).isEqualTo(Tenant.secretOf(VM));
    assertThat(spec.path("volumes").findPath("userData").isMissingNode()).isTrue();
  }

  private static String withMoreMemory() {
    return Manifest.of("vm-switched-off.yaml").replace("guest: 1Gi", "guest: 2Gi");
  }

  private String memory() {
    return Vms.template(vm()).at("/domain/memory/guest").asText();
  }

  private void patch(String type, String patch) {
    tenant.ok("patch", "vm", VM, "--type=" + type, "-p", patch);
  }

  /** {@code kubectl edit} with a stream editor. */
  private void edit(String script) {
    rig.kubectl()
        .with("KUBE_EDITOR", "sed -i '" + script + "'")
        .ok("edit", "vm", VM, "-n", tenant.namespace());
  }

  private JsonNode vm() {
    return tenant.vm(VM);
  }
}
