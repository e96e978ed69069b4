package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * From a tenant's annotation on a VMInstance to the pod of the guest: what each hand makes of it.
 */
@UseRig({
  Component.CONTROLLER_MANAGER,
  Component.SCHEDULER,
  Component.KUBEVIRT,
  Component.COZYSTACK
})
final class VmInstanceChainIT {
  private static final String MANIFEST = Manifest.of("vminstance.yaml");
  private static final String VM = "vm-instance-cad";
  private static final String RESOURCE = "nvidia.com/L40S-24Q";
  private static final String MARKER = "vgpu-steward.io/framebuffer-gib";
  private static final String GPUS = "[{\"deviceName\":\"nvidia.com/L40S-24Q\",\"name\":\"gpu1\"}]";

  private final Rig rig;

  VmInstanceChainIT(Rig rig) {
    this.rig = rig;
  }

  private Product install(String... flags) {
    Product product = Product.install(rig, flags);
    rig.kubectl().apply(Manifest.LICENSE);
    CozyTenant.awaitWebhooks(rig);
    return product;
  }

  @Test
  void annotation_reachesTheLauncherAsDeviceMarkerAndLicence() {
    try (Product _ = install("--placement=extender")) {
      CozyTenant tenant = new CozyTenant(rig);

      tenant.with(MANIFEST, "apply", "-f", "-").orThrow();
      tenant.reconcile("cad").orThrow();

      Wait.until("the launcher exists", () -> !tenant.launchers().isEmpty());
      JsonNode launcher = tenant.launchers().get(0);
      assertThat(limits(launcher, RESOURCE)).contains("1");
      assertThat(limits(launcher, MARKER)).contains("24");
      assertThat(launcher.at("/spec/volumes").findValuesAsText("secretName"))
          .contains(Tenant.secretOf(VM));
      Wait.untilAsserted(
          "the Secret has the user's data and the licence",
          () -> {
            GuestUserData secret = userData(tenant);
            assertThat(secret.carries("hostname: cad")).isTrue();
            assertThat(secret.message()).contains("text/cloud-boothook");
          });
    }
  }

  @Test
  void virtualMachine_followsTheVmInstance_andKeepsWhatWasInjected() {
    try (Product _ = install()) {
      CozyTenant tenant = new CozyTenant(rig);
      tenant.with(MANIFEST, "apply", "-f", "-").orThrow();
      tenant.reconcile("cad").orThrow();
      JsonNode first = spec(tenant);
      assertThat(first.at("/domain/devices/gpus").toString()).isEqualTo(GPUS);
      assertThat(Vms.secret(first)).isEqualTo(Tenant.secretOf(VM));
      assertThat(Vms.isPlaced(first)).isTrue();

      tenant.reconcile("cad").orThrow();
      assertThat(spec(tenant)).isEqualTo(first);

      // Helm writes the whole lists of devices and volumes again.
      tenant.with(MANIFEST + "  sshKeys: [ssh-ed25519 AAAA]\n", "apply", "-f", "-").orThrow();
      tenant.reconcile("cad").orThrow();
      assertThat(Vms.secret(spec(tenant))).isEqualTo(Tenant.secretOf(VM));
      assertThat(Vms.isPlaced(spec(tenant))).isTrue();

      tenant.ok("annotate", "vminstance", "cad", "vgpu-steward.io/profile-");
      tenant.reconcile("cad").orThrow();
      assertThat(spec(tenant).at("/domain/devices").has("gpus")).isFalse();
      assertThat(Vms.isPlaced(spec(tenant))).isFalse();
      assertThat(Vms.secret(spec(tenant))).isEqualTo("vm-instance-cad-cloud-init");
    }
  }

  @Test
  void vmInstanceWithoutCloudInit_getsADiskForTheLicence() {
    try (Product _ = install()) {
      CozyTenant tenant = new CozyTenant(rig);

      tenant.with(MANIFEST.replaceAll("(?s)  cloudInit.*", ""), "apply", "-f", "-").orThrow();
      tenant.reconcile("cad").orThrow();
      assertThat(volumes(tenant)).containsExactly("disk-system", "vgpu-license");

      tenant.reconcile("cad").orThrow();
      assertThat(volumes(tenant)).containsExactly("disk-system", "vgpu-license");
    }
  }

  private static JsonNode spec(CozyTenant tenant) {
    return Vms.template(tenant.see("vm", VM));
  }

  private static List<String> volumes(CozyTenant tenant) {
    return spec(tenant).path("volumes").valueStream().map(v -> v.path("name").asText()).toList();
  }

  private static List<String> limits(JsonNode launcher, String resource) {
    return launcher.findValues("limits").stream().map(l -> l.path(resource).asText()).toList();
  }

  private static GuestUserData userData(CozyTenant tenant) {
    return GuestUserData.ofBase64(
        tenant.see("secret", Tenant.secretOf(VM)).at("/data/userdata").asText());
  }
}
