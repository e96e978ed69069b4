package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The virtual machines of Cozystack's guides, as they stand. Their namespaces are theirs: no other
 * test uses them.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
final class SeedManifestsIT {
  private static final Path GUESTS = Path.of("../webhook/src/test/resources/guests");

  private final Rig rig;
  private final Kubectl kubectl;

  SeedManifestsIT(Rig rig) {
    this.rig = rig;
    this.kubectl = rig.kubectl();
  }

  @Test
  void vgpuSmoke_isRefusedByKubeVirtAloneAndPassesWithUs() {
    kubectl.ok("create", "namespace", "tenant-example");

    Outcome alone = kubectl.runWith(manifest("vgpu-smoke.yaml"), "create", "-f", "-");
    assertThat(alone.status()).isEqualTo(1);
    assertThat(alone.err()).contains("userdata exceeds 2048 byte limit");

    try (Product installed = Product.install(rig)) {
      kubectl.apply(manifest("vgpu-smoke.yaml"));
      JsonNode vm = kubectl.get("vm", "vgpu-smoke", "-n", "tenant-example");
      assertThat(Manifest.devices(vm).path("hostDevices").toString())
          .isEqualTo("[{\"deviceName\":\"nvidia.com/L40S-24Q\",\"name\":\"gpu0\"}]");
      assertThat(Vms.isPlaced(Vms.template(vm))).isTrue();
      assertThat(Vms.secret(Vms.template(vm))).isEqualTo("vgpu-steward-user-data-vgpu-smoke");
      assertThat(Vms.annotation(vm, "vgpu-steward.io/user-data"))
          .startsWith("#cloud-config\n")
          .endsWith("FeatureType=1\n");
      assertThat(installed.log()).doesNotContain("ERROR");
      kubectl.ok("delete", "vm", "vgpu-smoke", "-n", "tenant-example", "--wait=false");
    }
  }

  @Test
  void passthroughOfAWholeGpu_passesUnchanged() {
    kubectl.ok("create", "namespace", "tenant-a");

    JsonNode alone = wouldBeStored("passthrough.yaml");
    try (Product installed = Product.install(rig)) {
      JsonNode stored = wouldBeStored("passthrough.yaml");

      // Nothing but the serial number that KubeVirt draws for each.
      assertThat(withoutSerial(stored)).isEqualTo(withoutSerial(alone));
      assertThat(Vms.annotations(stored)).isEqualTo(Vms.annotations(alone));
      assertThat(installed.log()).doesNotContain("ERROR");
    }
  }

  private JsonNode wouldBeStored(String manifest) {
    return Vms.parse(kubectl.apply(manifest(manifest), "--dry-run=server", "-o", "json"));
  }

  private static JsonNode withoutSerial(JsonNode vm) {
    return Vms.withoutDrawnNumbers(vm.path("spec"));
  }

  private static String manifest(String name) {
    try {
      return Files.readString(GUESTS.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
