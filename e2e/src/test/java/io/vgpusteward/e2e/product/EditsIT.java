package io.vgpusteward.e2e.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The ways by which users and their tools change a virtual machine that has its vGPU. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EditsIT {
  private static final String OURS = "{\"deviceName\":\"nvidia.com/L40S-24Q\",\"name\":\"vgpu0\"}";
  private static final String SECRET = "vgpu-steward-user-data-workstation";

  private final Rig rig;
  private final Kubectl kubectl;
  private final Product product;
  private String namespace = "";
  private JsonNode before = Vms.parse("{}");

  EditsIT(Rig rig) {
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
    kubectl.apply(Manifest.of("vm-switched-off.yaml"), "-n", namespace);
    before = vm();
  }

  @Test
  void replaceByTheUsersManifest_putsBackWhatWasInjected() {
    kubectl
        .runWith(Manifest.of("vm-switched-off.yaml"), "replace", "-n", namespace, "-f", "-")
        .orThrow();

    assertThatAllIsInPlace();
    assertThat(Vms.annotation(vm(), "vgpu-steward.io/injected"))
        .isEqualTo(Vms.annotation(before, "vgpu-steward.io/injected"));
  }

  @Test
  void applyOfAChange_changesNothingElse() {
    kubectl.apply(withMoreMemory(), "-n", namespace);

    assertThat(memory()).isEqualTo("2Gi");
    assertThatAllIsInPlace();
  }

  @Test
  void serverSideApplyAfterApply_changesNothingElse() {
    kubectl.apply(withMoreMemory(), "-n", namespace, "--server-side", "--force-conflicts");

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
    kubectl.apply(
        Manifest.of("vm-switched-off.yaml").replace("hostname: workstation", "hostname: renamed"),
        "-n",
        namespace);

    String renamed = "#cloud-config\nhostname: renamed\n";
    assertThatAllIsInPlace();
    assertThat(Vms.annotation(vm(), "vgpu-steward.io/user-data")).isEqualTo(renamed);
    String part = Base64.getEncoder().encodeToString(renamed.getBytes(UTF_8));
    Wait.untilAsserted("the Secret follows", () -> assertThat(userData()).contains(part));
  }

  @Test
  void otherProfileAndCount_changeDevicesAndPlacement() {
    kubectl.ok(
        "annotate",
        "vm",
        "workstation",
        "-n",
        namespace,
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
    kubectl.ok("label", "vm", "workstation", "-n", namespace, "team=graphics");

    assertThat(vm().path("spec")).isEqualTo(before.path("spec"));
    assertThat(Vms.annotations(vm())).isEqualTo(Vms.annotations(before));
    assertThat(Vms.generation(vm())).isEqualTo(Vms.generation(before));
  }

  private void assertThatAllIsInPlace() {
    JsonNode spec = Vms.template(vm());
    assertThat(Manifest.devices(vm()).path("hostDevices").toString()).isEqualTo("[" + OURS + "]");
    assertThat(spec.path("affinity")).isEqualTo(Vms.template(before).path("affinity"));
    assertThat(Vms.secret(spec)).isEqualTo(SECRET);
    assertThat(spec.path("volumes").findPath("userData").isMissingNode()).isTrue();
  }

  private static String withMoreMemory() {
    return Manifest.of("vm-switched-off.yaml").replace("guest: 1Gi", "guest: 2Gi");
  }

  private String memory() {
    return Vms.template(vm()).at("/domain/memory/guest").asText();
  }

  private String userData() {
    String encoded = kubectl.get("secret", SECRET, "-n", namespace).at("/data/userdata").asText();
    return new String(Base64.getDecoder().decode(encoded), UTF_8);
  }

  private void patch(String type, String patch) {
    kubectl.ok("patch", "vm", "workstation", "-n", namespace, "--type=" + type, "-p", patch);
  }

  /** {@code kubectl edit} with a stream editor. */
  private void edit(String script) {
    kubectl
        .with("KUBE_EDITOR", "sed -i '" + script + "'")
        .ok("edit", "vm", "workstation", "-n", namespace);
  }

  private JsonNode vm() {
    return kubectl.get("vm", "workstation", "-n", namespace);
  }
}
