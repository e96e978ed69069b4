package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Nodes;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The program is asked about guests with a GPU and about nothing else, and about those only when
 * what they are changes. Its own count of reviews is the witness: while the class runs nobody else
 * uses the cluster.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NarrowWebhooksIT {
  private static final String NODE = "worker";

  private final Rig rig;
  private final Product product;
  private final Tenant tenant;

  NarrowWebhooksIT(Rig rig) {
    this.rig = rig;
    this.product = Product.install(rig);
    this.tenant = new Tenant(rig);
  }

  @AfterAll
  void uninstall() {
    product.close();
  }

  @Test
  void guestsWithoutGpu_nodesAndPods_neverReachTheProgram() {
    long before = product.reviews();

    tenant.apply(Manifest.of("vm-without-gpu.yaml"));
    Nodes.create(rig.kubectl(), NODE, Map.of("rack", "1"), Map.of("nvidia.com/L40S-24Q", "4"));
    Wait.until(
        "the launcher is bound",
        () -> tenant.launchers().findValuesAsText("nodeName").contains(NODE));
    edit("{\"spec\":{\"template\":{\"spec\":{\"domain\":{\"memory\":{\"guest\":\"2Gi\"}}}}}}");
    tenant.ok("label", "vm", "plain", "team=graphics");
    tenant.ok("annotate", "vm", "plain", "example.com/note=x");
    edit("{\"metadata\":{\"finalizers\":[\"example.com/keep\"]}}");
    tenant.ok(
        "patch",
        "vm",
        "plain",
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\":{\"printableStatus\":\"Paused\"}}");
    rig.kubectl().ok("label", "node", NODE, "rack=2", "--overwrite");
    rig.kubectl().ok("cordon", NODE);
    rig.kubectl().ok("uncordon", NODE);
    edit("{\"spec\":{\"runStrategy\":\"Halted\"}}");
    Wait.until(
        "the instance is gone",
        () -> {
          Nodes.endDeletedPods(rig.api());
          return tenant.find("vmi", "plain").isEmpty();
        });
    edit("{\"spec\":{\"runStrategy\":\"Always\"}}");
    Wait.until("the launcher exists again", () -> !tenant.launchers().isEmpty());
    edit("{\"metadata\":{\"finalizers\":null}}");
    tenant.ok("delete", "vm", "plain", "--wait=false");
    rig.kubectl().ok("delete", "node", NODE);

    assertThat(product.reviews()).isEqualTo(before);
  }

  @Test
  void guestWithGpu_reachesItOnlyWhenWhatItIsChanges() {
    long before = product.reviews();
    tenant.apply(Manifest.of("vm.yaml"));
    // Once to be mutated, perhaps again after others' mutation, and once to be judged.
    long created = product.reviews();
    assertThat(created - before).isBetween(2L, 3L);

    Wait.until("the launcher exists", () -> !tenant.launchers().isEmpty());
    tenant.ok("label", "vm", "workstation", "team=graphics");
    tenant.ok("annotate", "vm", "workstation", "example.com/note=x");
    patch("{\"metadata\":{\"finalizers\":[\"example.com/keep\"]}}");
    patch("{\"spec\":{\"runStrategy\":\"Halted\"}}");
    Wait.until("the instance is gone", () -> tenant.find("vmi", "workstation").isEmpty());
    patch("{\"spec\":{\"runStrategy\":\"Always\"}}");
    Wait.until("the launcher exists again", () -> !tenant.launchers().isEmpty());
    assertThat(product.reviews()).isEqualTo(created);

    patch("{\"spec\":{\"template\":{\"spec\":{\"terminationGracePeriodSeconds\":7}}}}");
    long edited = product.reviews();
    assertThat(edited - created).isBetween(2L, 3L);

    patch("{\"metadata\":{\"finalizers\":null}}");
    tenant.ok("delete", "vm", "workstation", "--wait=false");
    Wait.until(
        "the machine is gone",
        () -> {
          Nodes.endDeletedPods(rig.api());
          return tenant.find("vm", "workstation").isEmpty();
        });
    assertThat(product.reviews()).isEqualTo(edited);
  }

  private void edit(String patch) {
    tenant.ok("patch", "vm", "plain", "--type=merge", "-p", patch);
  }

  private void patch(String patch) {
    tenant.ok("patch", "vm", "workstation", "--type=merge", "-p", patch);
  }
}
