package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Gpu;
import io.vgpusteward.e2e.rig.Gpus;
import io.vgpusteward.e2e.rig.NodePod;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.SimulatedNode;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * From {@code kubectl apply} of one annotation to a launcher that runs on a node whose functions
 * carry the profile, with the licence in its user data.
 *
 * <p>Both nodes advertise the resource; only one tells the truth. The label that says so is set by
 * hand, for want of an agent.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StoryIT {
  private static final String VM = "workstation";
  private static final String RESOURCE = "nvidia.com/L40S-24Q";

  private static final Gpu L40S = Gpu.of("L40S", "0000:41:00.0").withVfs(4);

  private final Rig rig;
  private final Product product;
  private final SimulatedNode honest;
  private final SimulatedNode lying;

  StoryIT(Rig rig) {
    this.rig = rig;
    this.product = Product.install(rig, "--user-secret-poll=2s");
    this.honest =
        SimulatedNode.start(
            rig,
            "story-honest",
            Gpus.of(L40S.withTypes(1155, 1155)),
            Map.of("profile.vgpu-steward.io/L40S-24Q", "true"));
    this.lying =
        SimulatedNode.start(rig, "story-lying", Gpus.of(L40S.withTypes(1153, 1153, 1153, 1153)));
  }

  @BeforeAll
  void bothNodesOfferTheResource() {
    Wait.until("the honest node offers two", () -> offers(honest).equals(Optional.of("2")));
    Wait.until("the other one offers four", () -> offers(lying).equals(Optional.of("4")));
  }

  @AfterAll
  void cleanUp() {
    honest.close();
    lying.close();
    product.close();
  }

  @Test
  void virtualMachine_waitsForALateLicenceAndRunsWhereTheProfileIs() {
    Tenant tenant = new Tenant(rig);
    tenant.apply(Manifest.of("vm.yaml"));
    Wait.until(
        "the launcher waits for the Secret",
        () ->
            tenant
                .list("events", "--field-selector=reason=FailedMount")
                .toString()
                .contains(Tenant.secretOf(VM)));

    tenant.apply(Token.FIRST.license());

    Wait.until("the launcher runs", () -> running(tenant).isPresent());
    NodePod launcher = running(tenant).orElseThrow();
    assertThat(launcher.container("compute").environment().get("PCI_RESOURCE_NVIDIA_COM_L40S-24Q"))
        .isIn("0000:41:00.4", "0000:41:00.5");
    assertThat(launcher.annotations()).containsEntry("vgpu-steward.io/profile", "L40S-24Q");
    GuestUserData userData = userData(launcher);
    assertThat(userData.carries("#cloud-config\nhostname: workstation\n")).isTrue();
    assertThat(userData.licenses(Token.FIRST)).isTrue();

    tenant.ok("delete", "vm", VM, "--timeout=100s");
    Wait.until("the Secret is gone", () -> tenant.find("secret", Tenant.secretOf(VM)).isEmpty());
  }

  private static Optional<String> offers(SimulatedNode node) {
    return node.allocatable(RESOURCE);
  }

  /** The launcher of the namespace, once its main container runs; on the honest node. */
  private Optional<NodePod> running(Tenant tenant) {
    return honest.pods().stream()
        .filter(pod -> pod.namespace().equals(tenant.namespace()))
        .filter(pod ->
            pod.containers().stream()
                .anyMatch(one -> one.name().equals("compute") && one.state().equals("running")))
        .findFirst();
  }

  /** What the launcher would make the guest's disk of. */
  private GuestUserData userData(NodePod launcher) {
    NodePod.Mount mount =
        launcher.container("compute").mounts().stream()
            .filter(one -> one.container().endsWith("/userdata"))
            .findAny()
            .orElseThrow();
    return GuestUserData.of(
        honest.read(launcher.namespace(), launcher.name(), "compute", mount.container()));
  }
}
