package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Nodes;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What was made with the program there starts without it, once it is released: on the scheduler
 * that Kubernetes ships, on a node that has the device and nothing of ours.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
final class ReleaseIT {
  private static final String EARLY = "workstation";
  private static final String LATE = "later";

  /** What the user asks of nodes; the node of this test has it. */
  private static final String OWN_AFFINITY =
      """
            affinity:
              nodeAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                  nodeSelectorTerms:
                  - matchExpressions:
                    - {key: kubernetes.io/os, operator: In, values: [linux]}
      """;

  private final Rig rig;

  ReleaseIT(Rig rig) {
    this.rig = rig;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--placement=affinity | didn't match Pod's node affinity/selector",
        "--placement=extender | Insufficient vgpu-steward.io/framebuffer-gib",
        // Nobody looks at it at all.
        "--placement=extender --scheduler-name=vgpu-steward-scheduler | ''"
      })
  void releasedMachine_startsWithoutTheProgram(String flags, String heldBack) {
    Tenant tenant = new Tenant(rig);
    String node = "stock-" + tenant.namespace();
    Nodes.create(rig.kubectl(), node, Map.of(), Map.of("nvidia.com/L40S-24Q", "4"));
    String late =
        Manifest.of("vm.yaml")
            .replace(EARLY, LATE)
            .replace("      domain:\n", OWN_AFFINITY + "      domain:\n");
    assertThat(late).contains(OWN_AFFINITY);
    try (Product product = Product.install(rig, flags.split(" "))) {
      tenant.apply(Manifest.of("vm.yaml"));
      tenant.apply(late);
      for (String vm : List.of(EARLY, LATE)) {
        Wait.untilAsserted(
            "the launcher of " + vm + " is held back",
            () -> {
              JsonNode launcher = launcher(tenant, vm).orElseThrow();
              assertThat(launcher.at("/spec").has("nodeName")).isFalse();
              assertThat(launcher.at("/status/conditions").toString()).contains(heldBack);
            });
      }

      Outcome released = release(tenant.namespace() + "/" + EARLY);
      assertThat(released.status()).as(released.err()).isZero();
      assertThat(released.out())
          .startsWith(tenant.namespace() + "/" + EARLY + ": released, without spec.template.spec.")
          .contains("from its next start on: virtctl restart");
      assertReleased(tenant.vm(EARLY));

      // Neither an edit of what the program sees nor the user's own manifest brings it back.
      tenant.apply(Manifest.of("vm.yaml").replace("guest: 1Gi", "guest: 2Gi"));
      assertThat(tenant.vm(EARLY).at("/spec/template/spec/domain/memory/guest").asText())
          .isEqualTo("2Gi");
      assertReleased(tenant.vm(EARLY));
      assertThat(release(tenant.namespace() + "/" + EARLY).out())
          .isEqualTo(tenant.namespace() + "/" + EARLY + ": holds no placement of vgpu-steward's\n");
      assertThat(release("--all", "-n", tenant.namespace(), "--dry-run").out())
          .contains("/" + LATE + ": would be taken out: ")
          .endsWith("1 to be released, 1 with nothing to release\n");
      product.webhooks().unregister();
    }
    Wait.untilAsserted(
        "the API server has forgotten the webhooks",
        () -> {
          Outcome all = release("--all", "-n", tenant.namespace());
          assertThat(all.status()).as(all.err()).isZero();
        });
    assertReleased(tenant.vm(LATE));
    assertThat(tenant.vm(LATE).at("/spec/template/spec/affinity").toString())
        .contains("kubernetes.io/os");
    assertThat(release("--all", "-n", tenant.namespace()).out())
        .endsWith("\n2 with nothing to release\n");

    for (String vm : List.of(EARLY, LATE)) {
      tenant.ok("delete", "vmi", vm, "--wait=false");
      Wait.untilAsserted(
          vm + " is placed by a stock scheduler",
          () ->
              assertThat(
                      launcher(tenant, vm).map(pod -> pod.at("/spec/nodeName").asText()).orElse(""))
                  .isNotEmpty());
    }
    remove(tenant, node);
  }

  private void remove(Tenant tenant, String node) {
    tenant.ok("delete", "vm", EARLY, LATE, "--wait=false");
    Wait.until(
        "the machines are gone",
        () -> {
          Nodes.endDeletedPods(rig.api());
          return tenant.list("vm").isEmpty();
        });
    rig.kubectl().ok("delete", "node", node);
  }

  /** Nothing leads it to a node of ours; devices and user data are as they were. */
  private static void assertReleased(JsonNode vm) {
    JsonNode spec = Vms.template(vm);
    assertThat(spec.toString()).doesNotContain("framebuffer-gib", "profile.vgpu-steward.io");
    assertThat(spec.path("schedulerName").asText()).isEmpty();
    assertThat(spec.at("/domain/devices/hostDevices/0/deviceName").asText())
        .isEqualTo("nvidia.com/L40S-24Q");
    assertThat(Vms.secret(spec)).startsWith("vgpu-steward-user-data-");
    assertThat(Vms.annotation(vm, "vgpu-steward.io/injected"))
        .contains("\"released\":true")
        .doesNotContain("affinity", "framebufferGib", "schedulerName");
  }

  private static Optional<JsonNode> launcher(Tenant tenant, String vm) {
    return tenant
        .launchers()
        .valueStream()
        .filter(pod -> pod.at("/metadata/name").asText().startsWith("virt-launcher-" + vm + "-"))
        .filter(pod -> !pod.path("metadata").has("deletionTimestamp"))
        .findFirst();
  }

  private Outcome release(String... arguments) {
    String kubeconfig =
        "--kubeconfig=" + rig.kubeconfig("administrator", List.of("system:masters"));
    return ProgramCommand.run(
        Stream.concat(Stream.of("release", kubeconfig), Stream.of(arguments))
            .toArray(String[]::new));
  }
}
