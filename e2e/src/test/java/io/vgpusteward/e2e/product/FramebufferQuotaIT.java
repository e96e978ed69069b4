package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import org.junit.jupiter.api.Test;

/** With placement by the scheduler's extender, a ResourceQuota counts a namespace's GPU memory. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
final class FramebufferQuotaIT {
  private static final String RESOURCE = "requests.vgpu-steward.io/framebuffer-gib";

  private final Rig rig;

  FramebufferQuotaIT(Rig rig) {
    this.rig = rig;
  }

  @Test
  void launcherOverTheQuota_isHeldBackAndTheInstanceSaysSo() {
    Tenant tenant = new Tenant(rig);
    try (Product _ = Product.install(rig, "--placement=extender")) {
      limit(tenant, 20);

      tenant.apply(Manifest.of("vm.yaml"));
      Wait.untilAsserted(
          "the instance says that the quota is exceeded",
          () ->
              assertThat(
                      tenant
                          .find("vmi", "workstation")
                          .map(vmi -> vmi.at("/status/conditions").toString())
                          .orElse(""))
                  .contains(
                      "exceeded quota: gpu-memory",
                      "requested: " + RESOURCE + "=24",
                      "limited: " + RESOURCE + "=20"));
      assertThat(tenant.launchers()).isEmpty();

      limit(tenant, 24);
      Wait.until("the launcher exists", () -> !tenant.launchers().isEmpty());
      assertThat(
              tenant.get("resourcequota", "gpu-memory").at("/status/used").path(RESOURCE).asText())
          .isEqualTo("24");
    }
  }

  /** Kubernetes enforces a quota once its controller has looked at it. */
  private static void limit(Tenant tenant, int gib) {
    tenant.apply(Manifest.of("framebuffer-quota.yaml").replace("${GIB}", Integer.toString(gib)));
    Wait.untilAsserted(
        "the quota counts",
        () ->
            assertThat(
                    tenant
                        .get("resourcequota", "gpu-memory")
                        .at("/status/hard")
                        .path(RESOURCE)
                        .asText())
                .isEqualTo(Integer.toString(gib)));
  }
}
