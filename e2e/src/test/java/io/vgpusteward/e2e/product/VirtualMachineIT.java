package io.vgpusteward.e2e.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Nodes;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The life of a virtual machine whose one annotation asks for a vGPU. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VirtualMachineIT {
  private static final String SECRET = "vgpu-steward-user-data-workstation";
  private static final String RESOURCE = "nvidia.com/L40S-24Q";
  private static final String LABEL = "profile.vgpu-steward.io/L40S-24Q";

  private final Rig rig;
  private final Kubectl kubectl;
  private final Product product;
  private String namespace = "";

  VirtualMachineIT(Rig rig) {
    this.rig = rig;
    this.kubectl = rig.kubectl();
    this.product = Product.install(rig);
  }

  @BeforeAll
  void licenseAndNodes() {
    kubectl.apply(Manifest.LICENSE);
    // Both have the device; one carries the profile.
    Nodes.create(kubectl, "carries-it", Map.of(LABEL, "true"), Map.of(RESOURCE, "64"));
    Nodes.create(kubectl, "does-not", Map.of(), Map.of(RESOURCE, "64"));
  }

  @AfterAll
  void cleanUp() {
    kubectl.ok("delete", "node", "carries-it", "does-not");
    product.close();
  }

  @BeforeEach
  void newNamespace() {
    namespace = rig.newNamespace();
  }

  @Test
  void annotation_isStoredAsDevicePlacementAndSecret() {
    kubectl.apply(Manifest.of("vm.yaml"), "-n", namespace);

    JsonNode vm = vm();
    assertThat(Manifest.devices(vm).path("hostDevices").toString())
        .isEqualTo("[{\"deviceName\":\"nvidia.com/L40S-24Q\",\"name\":\"vgpu0\"}]");
    assertThat(vm.at("/spec/template/spec/affinity/nodeAffinity").toString()).contains(LABEL);
    assertThat(Manifest.cloudInit(vm).toString())
        .isEqualTo("{\"secretRef\":{\"name\":\"" + SECRET + "\"}}");
    assertThat(vm.at("/metadata/annotations/vgpu-steward.io~1user-data").asText())
        .isEqualTo("#cloud-config\nhostname: workstation\n");
  }

  @ParameterizedTest
  @CsvSource({"listed-gpus.yaml, gpus", "listed-host-devices.yaml, hostDevices"})
  void spelledOutDevice_isLeftAsItIsAndHasPlacementAndSecret(String manifest, String list) {
    kubectl.apply(Manifest.of(manifest), "-n", namespace);

    JsonNode vm = vm();
    assertThat(Manifest.devices(vm).path(list).toString())
        .isEqualTo("[{\"deviceName\":\"nvidia.com/L40S-24Q\",\"name\":\"mine\"}]");
    assertThat(Manifest.devices(vm).has(list.equals("gpus") ? "hostDevices" : "gpus")).isFalse();
    assertThat(Vms.isPlaced(Vms.template(vm))).isTrue();
    assertThat(Vms.secret(Vms.template(vm))).isEqualTo(SECRET);
    Wait.until("the Secret is written", () -> secret().isPresent());
  }

  @Test
  void launcher_asksForTheDeviceAndMountsTheSecretOnANodeThatCarriesTheProfile() {
    kubectl.apply(Manifest.of("vm.yaml"), "-n", namespace);

    Wait.untilAsserted(
        "the launcher is on its node",
        () -> assertThat(launcher().at("/spec/nodeName").asText()).isEqualTo("carries-it"));
    JsonNode launcher = launcher();
    assertThat(launcher.findValues("limits").stream().map(l -> l.path(RESOURCE).asText()))
        .contains("1");
    assertThat(
            StreamSupport.stream(launcher.at("/spec/volumes").spliterator(), false)
                .map(volume -> volume.at("/secret/secretName").asText()))
        .contains(SECRET);
    assertThat(launcher.at("/metadata/annotations/vgpu-steward.io~1profile").asText())
        .isEqualTo("L40S-24Q");
  }

  @Test
  void secret_isComposedAndGoesWithTheVirtualMachine() {
    kubectl.apply(Manifest.of("vm.yaml"), "-n", namespace);

    Wait.until("the Secret is written", () -> secret().isPresent());
    assertThat(userData(secret().orElseThrow()))
        .contains(
            base64("#cloud-config\nhostname: workstation\n"), "Content-Type: text/cloud-boothook");

    kubectl.ok("delete", "vm", "workstation", "-n", namespace, "--wait=false");
    Wait.until(
        "virtual machine and Secret are gone",
        () -> {
          Nodes.endDeletedPods(rig.api());
          return kubectl.find("vm", "workstation", "-n", namespace).isEmpty() && secret().isEmpty();
        });
  }

  @Test
  void inlineUserDataOverKubeVirtsLimit_isStored() {
    kubectl.apply(Manifest.withUserData(Manifest.cloudConfig(2_900)), "-n", namespace);

    assertThat(vm().at("/metadata/annotations/vgpu-steward.io~1user-data").asText()).hasSize(2_900);
  }

  @Test
  void sameManifestAgain_changesNothing() {
    kubectl.apply(Manifest.of("vm.yaml"), "-n", namespace);
    JsonNode before = vm();

    kubectl.apply(Manifest.of("vm.yaml"), "-n", namespace);
    Outcome diff = kubectl.runWith(Manifest.of("vm.yaml"), "diff", "-n", namespace, "-f", "-");

    assertThat(vm().at("/metadata/generation").asInt()).isEqualTo(1);
    assertThat(vm().path("spec")).isEqualTo(before.path("spec"));
    assertThat(vm().at("/metadata/annotations")).isEqualTo(before.at("/metadata/annotations"));
    assertThat(diff.out()).isEmpty();
    assertThat(diff.status()).isZero();
  }

  @Test
  void sameManifestAgainByServerSideApply_changesNothing() {
    kubectl.apply(Manifest.of("vm.yaml"), "-n", namespace, "--server-side");
    JsonNode before = vm();

    kubectl.apply(Manifest.of("vm.yaml"), "-n", namespace, "--server-side");

    assertThat(vm().at("/metadata/generation").asInt()).isEqualTo(1);
    assertThat(vm().path("spec")).isEqualTo(before.path("spec"));
    assertThat(vm().at("/metadata/annotations")).isEqualTo(before.at("/metadata/annotations"));
  }

  @Test
  void dryRun_showsWhatWouldBeStoredAndStoresNothing() {
    String shown =
        kubectl.apply(Manifest.of("vm.yaml"), "-n", namespace, "--dry-run=server", "-o", "yaml");

    assertThat(shown).contains("deviceName: nvidia.com/L40S-24Q", "name: " + SECRET);
    assertThat(kubectl.find("vm", "workstation", "-n", namespace)).isEmpty();
    assertThat(secret()).isEmpty();
  }

  @Test
  void withoutTheAnnotation_whatWasInjectedGoes() {
    kubectl.apply(Manifest.of("vm.yaml"), "-n", namespace);
    Wait.until("the Secret is written", () -> secret().isPresent());

    kubectl.apply(Manifest.withoutAnnotation(Manifest.of("vm.yaml")), "-n", namespace);

    JsonNode vm = vm();
    assertThat(Manifest.devices(vm).has("hostDevices")).isFalse();
    assertThat(vm.at("/spec/template/spec").has("affinity")).isFalse();
    assertThat(Manifest.cloudInit(vm).path("userData").asText())
        .isEqualTo("#cloud-config\nhostname: workstation\n");
    assertThat(vm.at("/metadata/annotations").toString()).doesNotContain("vgpu-steward.io");
    assertThat(vm.at("/spec/template/metadata/annotations").toString())
        .doesNotContain("vgpu-steward.io");
  }

  @Test
  void processIsDown_otherVirtualMachinesPassAndOursFailByName() {
    product.kill();
    try {
      kubectl.apply(Manifest.of("vm-without-gpu.yaml"), "-n", namespace);
      Outcome applied =
          kubectl.runWith(Manifest.of("vm.yaml"), "apply", "-n", namespace, "-f", "-");
      assertThat(applied.status()).isEqualTo(1);
      assertThat(applied.err()).contains("virtualmachines.vgpu-steward.io");
    } finally {
      product.restart();
    }
    kubectl.apply(Manifest.of("vm.yaml"), "-n", namespace);
  }

  private JsonNode vm() {
    return kubectl.get("vm", "workstation", "-n", namespace);
  }

  private Optional<JsonNode> secret() {
    return kubectl.find("secret", SECRET, "-n", namespace);
  }

  private static String userData(JsonNode secret) {
    return new String(Base64.getDecoder().decode(secret.at("/data/userdata").asText()), UTF_8);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private JsonNode launcher() {
    return kubectl.get("pods", "-n", namespace, "-l", "kubevirt.io=virt-launcher").at("/items/0");
  }
}
