package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Other mutating webhooks add devices before and after us. The API server then asks us a second
 * time, about our own answer.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OtherWebhookIT {
  private static final String BEFORE = "another-before";
  private static final String AFTER = "yet-another-after";

  private final Rig rig;
  private final Product product;
  private Tenant tenant;

  OtherWebhookIT(Rig rig) {
    this.rig = rig;
    // Its devices of other kinds are nobody's, which would be refused.
    this.product = Product.install(rig, "--policy=device-not-permitted=off");
    this.tenant = new Tenant(rig);
    rig.kubectl().apply(Manifest.LICENSE);
  }

  @AfterAll
  void uninstall() {
    product.close();
  }

  @BeforeEach
  void newNamespace() {
    tenant = new Tenant(rig);
  }

  /** Another's device may be a vGPU itself, which is one more request to us. */
  @ParameterizedTest
  @ValueSource(strings = {"example.com/card", "nvidia.com/L40S-24Q"})
  void devicesOfOthers_standBesideOursAndNothingIsDoubled(String theirs) {
    try (OtherWebhook before = new OtherWebhook(rig, BEFORE, theirs, tenant.namespace());
        OtherWebhook after = new OtherWebhook(rig, AFTER, theirs, tenant.namespace())) {
      apply();
      JsonNode stored = vm();

      assertThat(names(stored)).containsOnlyOnce(BEFORE, AFTER);
      assertThat(names(stored)).doesNotHaveDuplicates();
      assertThat(Vms.annotation(stored, "example.com/" + BEFORE)).isEqualTo("was here");
      assertThat(Vms.annotation(stored, "example.com/" + AFTER)).isEqualTo("was here");
      assertThat(affinityTerms(stored)).isEqualTo(1);
      assertThat(Vms.secret(Vms.template(stored))).isEqualTo("vgpu-steward-user-data-workstation");
      assertThat(Vms.annotation(stored, "vgpu-steward.io/user-data"))
          .isEqualTo("#cloud-config\nhostname: workstation\n");
      assertThat(before.calls()).isPositive();
      assertThat(after.calls()).isPositive();

      apply();
      assertThat(vm().path("spec")).isEqualTo(stored.path("spec"));
      assertThat(Vms.annotations(vm())).isEqualTo(Vms.annotations(stored));
      assertThat(Vms.generation(vm())).isEqualTo(Vms.generation(stored));
    }
  }

  @Test
  void deviceThatIsNoVgpu_leavesOursInItsPlace() {
    try (OtherWebhook before =
            new OtherWebhook(rig, BEFORE, "example.com/card", tenant.namespace());
        OtherWebhook after = new OtherWebhook(rig, AFTER, "example.com/card", tenant.namespace())) {
      apply();

      assertThat(names(vm())).containsExactlyInAnyOrder(BEFORE, "vgpu0", AFTER);
      assertThat(before.calls()).isPositive();
      assertThat(after.calls()).isPositive();
    }
  }

  @Test
  void removalOfTheAnnotation_leavesWhatOthersAdded() {
    try (OtherWebhook before =
            new OtherWebhook(rig, BEFORE, "example.com/card", tenant.namespace());
        OtherWebhook after = new OtherWebhook(rig, AFTER, "example.com/card", tenant.namespace())) {
      apply();
      tenant.ok("annotate", "vm", "workstation", "vgpu-steward.io/profile-");

      assertThat(names(vm())).containsExactlyInAnyOrder(BEFORE, AFTER);
      assertThat(Vms.isPlaced(Vms.template(vm()))).isFalse();
      assertThat(before.calls()).isPositive();
      assertThat(after.calls()).isPositive();
    }
  }

  private static List<String> names(JsonNode vm) {
    return Manifest.devices(vm).path("hostDevices").findValuesAsText("name");
  }

  private static int affinityTerms(JsonNode vm) {
    return Vms.template(vm).path("affinity").findValues("key").size();
  }

  private void apply() {
    tenant.apply(Manifest.of("vm-switched-off.yaml"));
  }

  private JsonNode vm() {
    return tenant.vm("workstation");
  }
}
