package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A licence on its way into a guest's Secret: late, renewed, broken, and gone with its guest. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LicenseLifeIT {
  private static final String VM = "workstation";
  private static final String SECRET = Tenant.secretOf(VM);

  private final Rig rig;
  private final Product product;
  private Tenant tenant;

  LicenseLifeIT(Rig rig) {
    this.rig = rig;
    this.product = Product.install(rig, "--user-secret-poll=2s");
    this.tenant = new Tenant(rig);
  }

  @AfterAll
  void uninstall() {
    product.close();
  }

  @BeforeEach
  void newNamespace() {
    tenant = new Tenant(rig);
  }

  @Test
  void lateLicence_isMissedByAnEventAndThenInTheSecret() {
    tenant.apply(Manifest.of("vm-halted.yaml"));
    awaitEvent("LicenseMissing");
    assertThat(tenant.ok("describe", "vm", VM).out())
        .contains("LicenseMissing", "create Secret vgpu-license", tenant.namespace());
    assertThat(tenant.find("secret", SECRET)).isEmpty();

    tenant.apply(Token.FIRST.license());

    awaitLicense(Token.FIRST);
    awaitEvent("LicenseInjected");
  }

  @Test
  void renewedLicence_isRewritten() {
    tenant.apply(Token.FIRST.license());
    tenant.apply(Manifest.of("vm-halted.yaml"));
    awaitLicense(Token.FIRST);

    tenant.apply(Token.RENEWED.license());

    awaitLicense(Token.RENEWED);
    assertThat(tenant.userData(VM).orElseThrow().licenses(Token.FIRST)).isFalse();
    assertThat(tenant.userData(VM).orElseThrow().carries("hostname: workstation\n")).isTrue();
  }

  @Test
  void malformedLicence_leavesTheLastGoodOne() {
    tenant.apply(Token.FIRST.license());
    tenant.apply(Manifest.of("vm-halted.yaml"));
    awaitLicense(Token.FIRST);

    tenant.apply(new Token("half-a-token").license());

    awaitEvent("LicenseMalformed");
    assertThat(tenant.userData(VM).orElseThrow().licenses(Token.FIRST)).isTrue();
    assertThat(tenant.events(VM).toString()).doesNotContain("half-a-token");
  }

  @Test
  void usersOwnSecret_isFollowed() {
    tenant.apply(Token.FIRST.license());
    tenant.apply(Manifest.of("user-secret.yaml").replace("${HOSTNAME}", "first"));
    tenant.apply(Manifest.of("vm-user-secret.yaml"));
    awaitUserData("hostname: first\n");

    tenant.apply(Manifest.of("user-secret.yaml").replace("${HOSTNAME}", "second"));

    awaitUserData("hostname: second\n");
    assertThat(tenant.userData(VM).orElseThrow().licenses(Token.FIRST)).isTrue();
  }

  @Test
  void lateSecretOfTheUser_isMissedByAnEventAndThenRead() {
    tenant.apply(Token.FIRST.license());
    tenant.apply(Manifest.of("vm-user-secret.yaml"));
    awaitEvent("UserDataSecretMissing");

    tenant.apply(Manifest.of("user-secret.yaml").replace("${HOSTNAME}", "late"));

    awaitUserData("hostname: late\n");
  }

  @Test
  void somebodyElsesSecret_isNotOverwritten() {
    tenant.apply(Manifest.of("somebody-elses-secret.yaml"));
    tenant.apply(Token.FIRST.license());
    tenant.apply(Manifest.of("vm-halted.yaml"));

    awaitEvent("SecretNotOurs");
    assertThat(tenant.get("secret", SECRET).path("data").toString())
        .isEqualTo("{\"note\":\"bm90IGZyb20gdmdwdS1zdGV3YXJk\"}");
  }

  @Test
  void deletedGuest_takesItsSecretWithItThoughTheProductIsGone() {
    tenant.apply(Token.FIRST.license());
    tenant.apply(Manifest.of("vm-halted.yaml"));
    awaitLicense(Token.FIRST);

    product.kill();
    try {
      tenant.ok("delete", "vm", VM, "--timeout=60s");
      Wait.until("the Secret is collected", () -> tenant.find("secret", SECRET).isEmpty());
    } finally {
      product.restart();
    }
  }

  @Test
  void withdrawnRequest_leavesNoSecretOnceTheGuestHasStopped() {
    tenant.apply(Token.FIRST.license());
    tenant.apply(Manifest.of("vm.yaml"));
    awaitLicense(Token.FIRST);
    Wait.until("the launcher exists", () -> !tenant.launchers().isEmpty());

    tenant.apply(Manifest.withoutAnnotation(Manifest.of("vm.yaml")));
    assertThat(Manifest.cloudInit(tenant.vm(VM)).has("secretRef")).isFalse();
    // The change before it has been dealt with once the next guest has its Secret.
    tenant.apply(Manifest.of("vm-halted.yaml").replace("name: workstation", "name: next"));
    Wait.until("the next guest has its Secret", () -> tenant.userData("next").isPresent());
    assertThat(tenant.find("secret", SECRET)).isPresent();

    tenant.ok("patch", "vm", VM, "--type=merge", "-p", "{\"spec\":{\"runStrategy\":\"Halted\"}}");

    Wait.until("the Secret is gone", () -> tenant.find("secret", SECRET).isEmpty());
  }

  private void awaitEvent(String reason) {
    Wait.untilAsserted(
        "the Event " + reason,
        () -> assertThat(tenant.events(VM)).anyMatch(event -> event.startsWith(reason + ": ")));
  }

  private void awaitLicense(Token token) {
    Wait.until(
        "the licence is in the Secret",
        () -> tenant.userData(VM).filter(data -> data.licenses(token)).isPresent());
  }

  private void awaitUserData(String text) {
    Wait.until(
        "the user's data is in the Secret",
        () -> tenant.userData(VM).filter(data -> data.carries(text)).isPresent());
  }
}
