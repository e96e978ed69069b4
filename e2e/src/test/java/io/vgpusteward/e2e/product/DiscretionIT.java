package io.vgpusteward.e2e.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the product reads and writes is in none of its logs, however much it logs. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
final class DiscretionIT {
  private static final String VM = "workstation";
  private static final String INLINE = "correct-horse-battery-staple";
  private static final String IN_SECRET = "tr0ub4dor-and-three";
  private static final String BROKEN_TOKEN = "eyJub3QiOiJhIHRva2VuIn0.half-a-token";

  private final Rig rig;

  DiscretionIT(Rig rig) {
    this.rig = rig;
  }

  @Test
  void tokenAndUserData_areNotInTheLog() {
    Tenant inline = new Tenant(rig);
    Tenant secret = new Tenant(rig);
    try (Product product = Product.install(rig, "--log-level=debug", "--user-secret-poll=1s")) {
      inline.apply(Manifest.of("vm-with-a-password.yaml"));
      secret.apply(Manifest.of("user-secret.yaml").replace("${HOSTNAME}", IN_SECRET));
      secret.apply(Manifest.of("vm-user-secret.yaml"));
      for (Tenant tenant : List.of(inline, secret)) {
        tenant.apply(Token.FIRST.license());
        awaitLicense(tenant, Token.FIRST);
        tenant.apply(new Token(BROKEN_TOKEN).license());
        Wait.until(
            "the broken licence is seen",
            () -> tenant.events(VM).toString().contains("LicenseMalformed"));
        tenant.apply(Token.RENEWED.license());
        awaitLicense(tenant, Token.RENEWED);
        Outcome denied =
            tenant.tryApply(
                Manifest.of("vm-with-a-password.yaml")
                    .replace("name: workstation", "name: denied")
                    .replace("L40S-24Q", "A100-40C"));
        assertThat(denied.err()).contains("A100").doesNotContain(INLINE);
      }
      assertThat(inline.userData(VM).orElseThrow().carries(INLINE)).isTrue();
      assertThat(secret.userData(VM).orElseThrow().carries(IN_SECRET)).isTrue();
      product.kill();
      product.restart();

      String log = product.log();
      assertThat(log).contains("DEBUG");
      for (String confidence :
          List.of(
              INLINE,
              IN_SECRET,
              base64("#cloud-config\nhostname: " + IN_SECRET).substring(0, 40),
              BROKEN_TOKEN,
              tail(Token.FIRST),
              tail(Token.RENEWED),
              base64(Token.FIRST.text()).substring(0, 60),
              base64(Token.RENEWED.text()).substring(0, 60))) {
        assertThat(log.contains(confidence)).as(confidence).isFalse();
      }
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  /** A piece of its signature, which is in no other token. */
  private static String tail(Token token) {
    return token.text().substring(token.text().length() - 40);
  }

  private static void awaitLicense(Tenant tenant, Token token) {
    Wait.until(
        "the licence is in the Secret",
        () -> tenant.userData(VM).filter(data -> data.licenses(token)).isPresent());
  }
}
