package io.vgpusteward.webhook.license;

import static io.vgpusteward.webhook.license.Scene.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.cloudinit.UserData;
import io.vgpusteward.webhook.guest.LicenseKind;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Neither the licence nor a user's data is in anything that the controller shows. */
class SecrecyTest {
  private static final String PASSWORD = "correct-horse-battery-staple";
  private static final String CONFIG = "#cloud-config\npassword: " + PASSWORD + "\n";

  private final Queue<String> logs = new ConcurrentLinkedQueue<>();
  private final Logger root = (Logger) LoggerFactory.getLogger("io.vgpusteward");
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          logs.add(event.getFormattedMessage());
          if (event.getThrowableProxy() != null) {
            logs.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
          }
        }
      };
  private final String token = Tokens.named("TheTokenItself");

  @BeforeEach
  void listen() {
    appender.setContext(root.getLoggerContext());
    appender.start();
    root.addAppender(appender);
    root.setLevel(Level.TRACE);
    root.setAdditive(false);
  }

  @AfterEach
  void leave() {
    root.detachAppender(appender);
    root.setLevel(null);
    root.setAdditive(true);
  }

  @Test
  void runWithEveryKindOfTrouble_showsNoSecret() {
    List<String> shown = new ArrayList<>();
    try (Scene scene = new Scene()) {
      Guest good = Guests.vm("good").with(Keys.USER_DATA, CONFIG).guest();
      Guest broken =
          Guests.vm("broken")
              .with(Keys.USER_DATA, PASSWORD)
              .with(Keys.USER_DATA_ENCODING, "base64")
              .guest();
      Guest foreign = Guests.vm("foreign").with(Keys.USER_DATA, CONFIG).guest();
      Guest unsupported = Guests.vm("unsupported").with(Keys.USER_DATA_SECRET, "mine").guest();
      Guest refused = Guests.vm("refused").with(Keys.USER_DATA, CONFIG).guest();
      scene.cluster.put(
          "team",
          foreign.userDataSecret().orElseThrow(),
          Map.of(),
          Map.of("userdata", bytes(PASSWORD)));
      scene.userSecret("mine", "userdata", "{\"ignition\": {\"x\": \"" + PASSWORD + "\"}}");
      scene.cluster.gate((verb, secret) -> {
        if (secret.endsWith("-refused")) {
          throw new IllegalStateException("cannot write " + token + PASSWORD);
        }
      });
      scene.license("team", token);
      scene.cluster.applyAll(List.of(good, broken, foreign, unsupported, refused));
      scene.awaitToken(good, token);
      for (Guest guest : List.of(broken, foreign, unsupported, refused)) {
        await().until(() -> !scene.reasons(guest).isEmpty());
      }
      scene.licenseData("team", Map.of("a.tok", bytes("x" + token + "!")));
      scene.awaitEvent(good, "LicenseMalformed");

      scene.cluster.recorded().forEach(event -> shown.add(event.toString()));
      scene.meters.getMeters().forEach(meter -> shown.add(meter.getId().toString()));
      shown.add(scene.cluster.view().toString());
      shown.add(good.toString());
      scene.secret(good).ifPresent(secret -> shown.add(secret.toString()));
    }
    assertThat(logs).isNotEmpty();
    shown.addAll(logs);
    assertRevealsNothing(shown);
  }

  @Test
  void valuesOfTheController_describeThemselvesWithoutContent() throws Exception {
    Guest guest = Guests.vm("one").with(Keys.USER_DATA, CONFIG).guest();
    LicenseSecret license =
        LicenseSecret.parse(
            new io.vgpusteward.cluster.SecretObject(
                "team",
                "vgpu-license",
                "",
                "",
                Map.of(),
                List.of(),
                Map.of("a.tok", bytes(token))));
    UserData data = UserData.of(bytes(CONFIG + token));

    assertRevealsNothing(
        List.of(
            GuestWish.of(guest).toString(),
            license.toString(),
            new LicenseLookup.Found("team", (LicenseSecret.Usable) license).toString(),
            ((LicenseSecret.Usable) license).license(LicenseKind.VGPU).toString(),
            new GuestContent.Ready(data, Optional.empty(), Optional.empty()).toString(),
            new Claim(Optional.of(guest), List.of()).toString()));
  }

  private void assertRevealsNothing(List<String> shown) {
    for (String secret : List.of(token, PASSWORD)) {
      String encoded = Base64.getEncoder().withoutPadding().encodeToString(bytes(secret));
      assertThat(shown)
          .noneMatch(text -> text.contains(secret))
          .noneMatch(text -> text.contains(encoded));
    }
    String payload = token.split("\\.", -1)[1];
    assertThat(shown).noneMatch(text -> text.contains(payload.substring(0, 20)));
    assertThat(shown).noneMatch(text -> text.contains("TheTokenItself"));
  }
}
