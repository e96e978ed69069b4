package io.vgpusteward.e2e.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
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
  private final Kubectl kubectl;
  private final Product product;
  private String namespace = "";

  WorkloadsIT(Rig rig) {
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
  void newNamespace() {
    namespace = rig.newNamespace();
  }

  @Test
  void bareInstance_hasItsUsersSecretAndTheLicence() {
    apply("my-user-data.yaml");
    apply("bare-instance.yaml");

    JsonNode vmi = kubectl.get("vmi", "batch", "-n", namespace);
    assertThatDeviceIsInjected(vmi.path("spec"));
    assertThat(Vms.secret(vmi.path("spec"))).isEqualTo("vgpu-steward-user-data-batch");
    assertThat(userData("vgpu-steward-user-data-batch"))
        .contains(base64("#cloud-config\nhostname: from-my-secret\n"), BOOTHOOK);
  }

  @Test
  void bareInstanceWithInlineUserData_keepsItAndTheUserIsWarned() {
    Outcome applied =
        kubectl.runWith(
            Manifest.of("bare-instance-with-inline-user-data.yaml"),
            "apply",
            "-n",
            namespace,
            "-f",
            "-");

    assertThat(applied.status()).isZero();
    assertThat(applied.err()).contains("Warning:").contains("licence");
    JsonNode vmi = kubectl.get("vmi", "batch", "-n", namespace);
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
      String secret = Vms.secret(Vms.template(vm));
      assertThat(secret).isEqualTo("vgpu-steward-user-data-" + vm.at("/metadata/name").asText());
      assertThat(userData(secret)).contains(base64("#cloud-config\nhostname: desktop\n"), BOOTHOOK);
    }
  }

  @Test
  void clone_hasASecretOfItsOwnWithTheSameUserData() {
    apply("vm-switched-off.yaml");
    apply("clone.yaml");

    Wait.until(
        "the clone is made", () -> kubectl.find("vm", "copied", "-n", namespace).isPresent());
    JsonNode copied = kubectl.get("vm", "copied", "-n", namespace);
    assertThatDeviceIsInjected(Vms.template(copied));
    assertThat(Vms.secret(Vms.template(copied))).isEqualTo("vgpu-steward-user-data-copied");
    assertThat(userData("vgpu-steward-user-data-copied"))
        .contains(base64("#cloud-config\nhostname: workstation\n"), BOOTHOOK);
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
                    kubectl
                        .get("virtualmachinerestore", "-n", namespace)
                        .at("/items/0/status/conditions/0/reason")
                        .asText())
                .contains("copy the annotations vgpu-steward.io/* as well")
                .contains("annotationFilters"));
    assertThat(kubectl.find("vm", "copied", "-n", namespace)).isEmpty();
  }

  private static void assertThatDeviceIsInjected(JsonNode spec) {
    assertThat(spec.at("/domain/devices/hostDevices").toString())
        .isEqualTo("[{\"deviceName\":\"nvidia.com/L40S-24Q\",\"name\":\"vgpu0\"}]");
    assertThat(Vms.isPlaced(spec)).isTrue();
  }

  private List<JsonNode> awaitTwo(String kind, String selector) {
    Wait.until("there are two", () -> labelled(kind, selector).size() == 2);
    return labelled(kind, selector);
  }

  private List<JsonNode> labelled(String kind, String selector) {
    List<JsonNode> found = new ArrayList<>();
    kubectl.get(kind, "-n", namespace, "-l", selector).path("items").forEach(found::add);
    return found;
  }

  /** What the guest finds, once it is written. */
  private String userData(String secret) {
    Wait.until("the Secret is written", () -> find(secret).isPresent());
    return new String(
        Base64.getDecoder().decode(find(secret).orElseThrow().at("/data/userdata").asText()),
        UTF_8);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private Optional<JsonNode> find(String secret) {
    return kubectl.find("secret", secret, "-n", namespace);
  }

  private void apply(String manifest) {
    kubectl.apply(Manifest.of(manifest), "-n", namespace);
  }
}
