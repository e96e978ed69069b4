package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** While nobody answers the API server's reviews, only what needs an answer has to wait. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WebhookDownIT {
  private static final String VM = "workstation";

  private final Rig rig;
  private final Product product;
  private Tenant tenant;

  WebhookDownIT(Rig rig) {
    this.rig = rig;
    this.product = Product.install(rig);
    this.tenant = new Tenant(rig);
  }

  @AfterAll
  void uninstall() {
    product.close();
  }

  /** Each test finds a virtual machine with a vGPU, started, and the product gone. */
  @BeforeEach
  void kill() {
    tenant = new Tenant(rig);
    tenant.apply(Manifest.of("vm.yaml"));
    Wait.until("the launcher exists", () -> !tenant.launchers().isEmpty());
    product.kill();
  }

  @AfterEach
  void restart() {
    product.restart();
  }

  @Test
  void withoutGpu_isCreatedEditedAndDeleted() {
    tenant.apply(Manifest.of("vm-without-gpu.yaml"));
    tenant.ok(
        "patch",
        "vm",
        "plain",
        "--type=merge",
        "-p",
        "{\"spec\":{\"template\":{\"spec\":{\"domain\":{\"memory\":{\"guest\":\"2Gi\"}}}}}}");
    assertThat(tenant.vm("plain").at("/spec/template/spec/domain/memory/guest").asText())
        .isEqualTo("2Gi");
    tenant.ok("delete", "vm", "plain", "--timeout=60s");
  }

  @Test
  void withGpu_isLabelledAndSnapshotted() {
    JsonNode before = tenant.vm(VM);

    tenant.ok("label", "vm", VM, "team=graphics");
    tenant.apply(Manifest.of("snapshot.yaml").replace("${NAME}", VM));

    Wait.untilAsserted(
        "the snapshot is ready",
        () ->
            assertThat(
                    tenant
                        .get("virtualmachinesnapshot", "before-the-update")
                        .at("/status/readyToUse")
                        .asBoolean())
                .isTrue());
    assertThat(tenant.vm(VM).path("spec")).isEqualTo(before.path("spec"));
  }

  @Test
  void withGpu_isStoppedStartedAndDeleted() {
    tenant.ok("patch", "vm", VM, "--type=merge", "-p", "{\"spec\":{\"runStrategy\":\"Halted\"}}");
    Wait.until("the instance is gone", () -> tenant.find("vmi", VM).isEmpty());

    tenant.ok("patch", "vm", VM, "--type=merge", "-p", "{\"spec\":{\"runStrategy\":\"Always\"}}");
    Wait.until("the launcher exists again", () -> !tenant.launchers().isEmpty());

    tenant.ok("delete", "vm", VM, "--timeout=60s");
    assertThat(tenant.find("vm", VM)).isEmpty();
  }

  @Test
  void withTheAnnotation_isRefusedInTheWebhooksNameUntilItIsBack() {
    Tenant other = new Tenant(rig);

    Outcome refused = other.tryApply(Manifest.of("vm.yaml"));
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("virtualmachines.vgpu-steward.io", "connection refused");
    assertThat(other.find("vm", VM)).isEmpty();

    product.restart();
    other.apply(Manifest.of("vm.yaml"));
    assertThat(Manifest.devices(other.vm(VM)).path("hostDevices").size()).isEqualTo(1);
    product.kill();
  }

  @Test
  void changeOfWhatAGuestIs_isRefusedInTheWebhooksName() {
    Outcome request =
        tenant.kubectl("annotate", "vm", VM, "vgpu-steward.io/count=2", "--overwrite");
    Outcome template =
        tenant.kubectl(
            "patch",
            "vm",
            VM,
            "--type=merge",
            "-p",
            "{\"spec\":{\"template\":{\"spec\":{\"terminationGracePeriodSeconds\":7}}}}");

    for (Outcome refused : List.of(request, template)) {
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.err()).contains("virtualmachines.vgpu-steward.io");
    }
  }
}
