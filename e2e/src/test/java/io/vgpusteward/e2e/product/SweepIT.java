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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Virtual machines that slipped through admission are found, and managed once their owner asks. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SweepIT {
  private static final String OLDER = "older";

  private final Rig rig;
  private final Tenant running;
  private final Tenant stopped;
  private final Product product;

  SweepIT(Rig rig) {
    this.rig = rig;
    running = new Tenant(rig);
    running.apply(Manifest.of("vm-older.yaml"));
    stopped = new Tenant(rig);
    stopped.apply(Manifest.of("vm-older.yaml").replace("Always", "Halted"));
    Wait.until("an instance exists", () -> running.vm(OLDER).at("/status/created").asBoolean());
    product = Product.install(rig, "--sweep-interval=1s");
  }

  @AfterAll
  void uninstall() {
    product.close();
  }

  @Test
  void machinesOlderThanTheProgram_areFound_countedAndAdopted() {
    for (Tenant tenant : new Tenant[] {running, stopped}) {
      Wait.untilAsserted(
          "its owner is told",
          () ->
              assertThat(tenant.events(OLDER))
                  .anyMatch(event ->
                      event.startsWith("VgpuNotManaged: ")
                          && event.contains("vgpu-steward adopt " + tenant.namespace())));
      assertThat(unmanaged()).isGreaterThanOrEqualTo(1);
    }
    assertThat(adopt(running, "--dry-run").err()).contains("lacks placement", "the licence");
    assertThat(adopt(running, "--dry-run").status()).isEqualTo(1);

    Outcome ofStopped = adopt(stopped);
    assertThat(ofStopped.out()).isEqualTo(stopped.namespace() + "/" + OLDER + ": managed\n");
    Outcome ofRunning = adopt(running);
    assertThat(ofRunning.out())
        .isEqualTo(running.namespace() + "/" + OLDER + ": managed from its next start on\n");

    for (Tenant tenant : new Tenant[] {running, stopped}) {
      JsonNode vm = tenant.vm(OLDER);
      assertThat(vm.at("/spec/template/spec/affinity/nodeAffinity").toString())
          .contains("profile.vgpu-steward.io/L40S-24Q");
      assertThat(Manifest.cloudInit(vm).toString()).contains(Tenant.secretOf(OLDER));
      assertThat(vm.at("/metadata/annotations").has("vgpu-steward.io/adopt")).isFalse();
      assertThat(vm.at("/spec/template/spec/volumes")).hasSize(2);
    }
    Wait.untilAsserted(
        "KubeVirt wants the running one restarted",
        () -> assertThat(Tenant.conditions(running.vm(OLDER))).contains("RestartRequired"));
    Wait.until("nobody is left", () -> unmanaged() == 0);
  }

  @Test
  void adoptionThatNobodyAnswers_isTakenBack() {
    Tenant tenant = new Tenant(rig);
    product.webhooks().unregister();
    try {
      Wait.untilAsserted(
          "a machine passes admission by",
          () -> {
            tenant.kubectl("delete", "vm", OLDER, "--ignore-not-found");
            tenant.apply(Manifest.of("vm-older.yaml").replace("Always", "Halted"));
            assertThat(tenant.vm(OLDER).at("/metadata/annotations").has("vgpu-steward.io/injected"))
                .isFalse();
          });
      JsonNode before = tenant.vm(OLDER);

      Outcome adopted = adopt(tenant);

      assertThat(adopted.status()).isEqualTo(1);
      assertThat(adopted.err()).contains("the webhook of vgpu-steward did not answer");
      assertThat(tenant.vm(OLDER).at("/metadata/annotations"))
          .isEqualTo(before.at("/metadata/annotations"));
      assertThat(tenant.vm(OLDER).path("spec")).isEqualTo(before.path("spec"));
    } finally {
      tenant.ok("delete", "vm", OLDER);
      product.webhooks().register();
    }
  }

  private Outcome adopt(Tenant tenant, String... flags) {
    String[] arguments = new String[flags.length + 3];
    arguments[0] = "adopt";
    arguments[1] = "--kubeconfig=" + rig.kubeconfig("administrator", List.of("system:masters"));
    arguments[2] = tenant.namespace() + "/" + OLDER;
    System.arraycopy(flags, 0, arguments, 3, flags.length);
    return ProgramCommand.run(arguments);
  }

  private double unmanaged() {
    return product
        .metrics()
        .lines()
        .filter(line -> line.startsWith("vgpu_steward_unmanaged_guests{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}
