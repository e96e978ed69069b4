package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import org.junit.jupiter.api.Test;

/** Two processes at once: one writes licences, and the other goes on where it is killed. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
final class ReplicasIT {
  private static final String VM = "workstation";
  private static final String LEADING = "leading: licences are written from here";

  private final Rig rig;

  ReplicasIT(Rig rig) {
    this.rig = rig;
  }

  @Test
  void killedLeader_isFollowedByTheOther() {
    Tenant tenant = new Tenant(rig);
    try (Product first = Product.install(rig)) {
      Wait.until("the first leads", () -> first.log().contains(LEADING));
      try (Replica second = first.startAnother("vgpu-steward-second")) {
        tenant.apply(Token.FIRST.license());
        tenant.apply(Manifest.of("vm-halted.yaml"));
        awaitLicense(tenant, Token.FIRST);
        String leader = holder();
        assertThat(second.log()).doesNotContain(LEADING);
        assertThat(first.log()).doesNotContain("not leading any more");

        first.kill();
        tenant.apply(Token.RENEWED.license());

        awaitLicense(tenant, Token.RENEWED);
        assertThat(second.log()).contains(LEADING);
        assertThat(holder()).isNotEqualTo(leader);

        first.restart();
        assertThat(first.log()).containsOnlyOnce(LEADING);
      }
    }
  }

  @Test
  void leaderThatIsStopped_hasTheOtherLead() {
    try (Product first = Product.install(rig)) {
      Wait.until("the first leads", () -> first.log().contains(LEADING));
      String leader = holder();
      try (Replica second = first.startAnother("vgpu-steward-other")) {
        first.stop();

        Wait.until("the second leads", () -> second.log().contains(LEADING));
        assertThat(holder()).isNotEqualTo(leader);
        assertThat(first.log()).contains("not leading any more");
      }
    }
  }

  private String holder() {
    JsonNode lease = rig.kubectl().get("lease", "vgpu-steward-controller", "-n", Product.NAMESPACE);
    return lease.at("/spec/holderIdentity").asText();
  }

  private static void awaitLicense(Tenant tenant, Token token) {
    Wait.until(
        "the licence is in the Secret",
        () -> tenant.userData(VM).filter(data -> data.licenses(token)).isPresent());
  }
}
