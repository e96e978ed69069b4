package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Nodes;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a person with kubectl is refused, and what with, where a guest could never run. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ChecksIT {
  private static final String VM = "workstation";
  private static final String PROFILE = "vgpu-steward.io/profile: L40S-24Q";

  private final Rig rig;
  private final Product product;
  private Tenant tenant;

  ChecksIT(Rig rig) {
    this.rig = rig;
    this.product = Product.install(rig);
    this.tenant = new Tenant(rig);
  }

  @BeforeEach
  void arrive() {
    tenant = new Tenant(rig);
  }

  @AfterAll
  void uninstall() {
    product.close();
  }

  @Test
  void unknownProfile_isRefusedWithTheOneThatWasMeant() {
    Outcome refused = tenant.tryApply(Manifest.of("vm.yaml").replace("L40S-24Q", "L4OS-24Q"));

    assertRefused(refused);
    assertThat(refused.err())
        .contains("metadata.annotations[vgpu-steward.io/profile]", "did you mean L40S-24Q?");
  }

  @Test
  void profileThatNobodyHasSpokenOf_passesWithAWarning() {
    Outcome applied = tenant.tryApply(Manifest.of("vm.yaml").replace("L40S-24Q", "L40S-12Q"));

    assertThat(applied.status()).as(applied.err()).isZero();
    assertThat(applied.err())
        .contains(
            "Warning: ", "whether a GPU can carry L40S-12Q is not known", "[profile-not-seen]")
        .contains("the root disk root is a containerDisk", "[root-disk]");
  }

  @Test
  void deviceThatIsNotPermitted_isRefusedForMachinesInstancesAndInstancetypes() {
    for (String manifest : new String[] {"listed-host-devices.yaml", "listed-gpus.yaml"}) {
      Outcome refused = tenant.tryApply(Manifest.of(manifest).replace("L40S-24Q", "A10-12Q"));
      assertRefused(refused);
      assertThat(refused.err())
          .contains("nvidia.com/A10-12Q is not in KubeVirt's permittedHostDevices")
          .contains("nvidia.com/L40S-24Q", "[device-not-permitted]");
    }

    tenant.apply(Manifest.of("preference.yaml"));
    tenant.apply(Manifest.of("instancetype.yaml").replace("L40S-24Q", "A10-12Q"));
    Wait.untilAsserted(
        "the program knows the instancetype",
        () ->
            assertThat(
                    tenant
                        .kubectlWith(
                            Manifest.of("vm-of-instancetype.yaml"),
                            "create",
                            "--dry-run=server",
                            "-f",
                            "-")
                        .err())
                .contains("spec.instancetype, its gpus: nvidia.com/A10-12Q is not in"));
  }

  @Test
  void moreThanANodeHas_isRefused() {
    Nodes.create(rig.kubectl(), "two", Map.of(), Map.of("nvidia.com/L40S-24Q", "2"));
    String three =
        Manifest.of("vm.yaml").replace(PROFILE, PROFILE + "\n    vgpu-steward.io/count: \"3\"");

    Wait.untilAsserted(
        "the program knows the node",
        () ->
            assertThat(tenant.kubectlWith(three, "create", "--dry-run=server", "-f", "-").err())
                .contains(
                    "no node can give 3 of L40S-24Q; the most that one has is 2", "[too-many]"));
    rig.kubectl().ok("delete", "node", "two");
  }

  @Test
  void withoutTheMutatingWebhook_creationIsRefusedWithRetry_andTheRestGoesOn() {
    tenant.apply(Manifest.of("vm-halted.yaml").replace("name: workstation", "name: halted"));
    String halted = "vm/halted";
    product.webhooks().unregisterMutation();
    try {
      Outcome refused = tenant.tryApply(Manifest.of("vm.yaml"));
      assertRefused(refused);
      assertThat(refused.err()).contains("retry", "[injection-missing]");
      assertThat(tenant.find("vm", VM)).isEmpty();

      Outcome instance = tenant.tryApply(Manifest.of("vmi.yaml"));
      assertThat(instance.err()).contains("retry", "[injection-missing]");

      tenant.ok("label", halted, "team=graphics");
      tenant.ok(
          "patch",
          halted,
          "--type=merge",
          "-p",
          "{\"spec\":{\"template\":{\"spec\":{\"terminationGracePeriodSeconds\":7}}}}");
      Outcome anew = tenant.kubectl("annotate", halted, "vgpu-steward.io/count=2");
      assertThat(anew.err()).contains("retry", "[injection-missing]");
      tenant.ok("delete", halted);
    } finally {
      product.webhooks().register();
    }
    tenant.apply(Manifest.of("vm.yaml"));
  }

  private static void assertRefused(Outcome outcome) {
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("admission webhook", "vgpu-steward.io\" denied the request");
  }
}
