package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The ways to get a guest other than a named VirtualMachine. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GuestKindsIT {
  private static final String PREFIX = "vgpu-steward-user-data-";

  private final Rig rig;
  private final Kubectl kubectl;
  private final Product product;
  private String namespace = "";

  GuestKindsIT(Rig rig) {
    this.rig = rig;
    this.kubectl = rig.kubectl();
    this.product = Product.install(rig);
  }

  @BeforeAll
  void license() {
    kubectl.apply(Manifest.LICENSE);
  }

  @AfterAll
  void cleanUp() {
    product.close();
  }

  @BeforeEach
  void newNamespace() {
    namespace = rig.newNamespace();
  }

  @Test
  void generateName_eachHasItsOwnSecret() {
    String manifest =
        Manifest.of("vm.yaml").replace("  name: workstation\n", "  generateName: workstation-\n");
    kubectl.runWith(manifest, "create", "-n", namespace, "-f", "-").orThrow();
    kubectl.runWith(manifest, "create", "-n", namespace, "-f", "-").orThrow();

    Set<String> named = new HashSet<>();
    for (JsonNode vm : kubectl.get("vm", "-n", namespace).path("items")) {
      named.add(Manifest.cloudInit(vm).at("/secretRef/name").asText());
    }
    assertThat(named).hasSize(2).allMatch(name -> name.startsWith(PREFIX));
    Wait.untilAsserted(
        "both are written", () -> assertThat(secrets()).containsExactlyInAnyOrderElementsOf(named));
  }

  @Test
  void bareInstance_getsDeviceAndLicence() {
    kubectl.apply(Manifest.of("vmi.yaml"), "-n", namespace);

    JsonNode vmi = kubectl.get("vmi", "bare", "-n", namespace);
    assertThat(vmi.at("/spec/domain/devices/hostDevices/0/deviceName").asText())
        .isEqualTo("nvidia.com/L40S-24Q");
    String named = vmi.at("/spec/volumes/0/cloudInitNoCloud/secretRef/name").asText();
    assertThat(named).startsWith(PREFIX);
    Wait.untilAsserted("it is written", () -> assertThat(secrets()).containsExactly(named));
  }

  @Test
  void replicaSet_eachInstanceHasItsOwnSecret() {
    kubectl.apply(Manifest.of("replicaset.yaml"), "-n", namespace);

    Wait.untilAsserted(
        "both instances have theirs",
        () -> {
          Set<String> named = new HashSet<>();
          for (JsonNode vmi : kubectl.get("vmi", "-n", namespace).path("items")) {
            named.addAll(vmi.at("/spec/volumes").findValuesAsText("name"));
            assertThat(vmi.at("/spec/domain/devices/hostDevices")).hasSize(1);
          }
          named.removeIf(name -> !name.startsWith(PREFIX));
          assertThat(named).hasSize(2);
          assertThat(secrets()).containsExactlyInAnyOrderElementsOf(named);
        });
  }

  private Set<String> secrets() {
    Set<String> names = new HashSet<>();
    for (JsonNode secret : kubectl.get("secrets", "-n", namespace).path("items")) {
      String name = secret.at("/metadata/name").asText();
      if (name.startsWith(PREFIX)) {
        names.add(name);
      }
    }
    return names;
  }
}
