package io.vgpusteward.webhook.license;

import static io.vgpusteward.webhook.license.Scene.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.EventSink;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.webhook.guest.SecretNames;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What keeps a guest from its licence: the last good content stays, and the user hears of it. */
class LicenseProblemsTest {
  private static final String CONFIG = "#cloud-config\nhostname: one\n";

  private Scene scene = new Scene();
  private final String token = Tokens.named("first");

  @AfterEach
  void close() {
    scene.close();
  }

  private void polling() {
    scene.close();
    scene =
        new Scene(
            new LicenseController.Settings(
                "vgpu-system", Duration.ofMillis(50), Duration.ofHours(1), Scene.FAST));
  }

  private static SecretObject.Owner ownerOf(Guest vm) {
    return new SecretObject.Owner("kubevirt.io/v1", "VirtualMachine", vm.key().name(), vm.uid());
  }

  @Test
  void license_late_isAwaitedWithoutWritingASecret() {
    Guest vm = Guests.vm("one").guest();
    scene.cluster.apply(vm);
    scene.awaitEvent(vm, "LicenseMissing");
    assertThat(scene.secret(vm)).isEmpty();
    assertThat(scene.gauge("vgpu_steward_guests_without_license")).isEqualTo(1);

    scene.license("vgpu-system", token);

    scene.awaitToken(vm, token);
    await().until(() -> scene.gauge("vgpu_steward_guests_without_license") == 0);
  }

  static Stream<Arguments> brokenLicenses() {
    return Stream.of(
        Arguments.of(Map.of("a.tok", bytes("no token")), "LicenseMalformed"),
        Arguments.of(
            Map.of("a.tok", bytes(Tokens.named("x")), "b.tok", bytes(Tokens.named("y"))),
            "LicenseMalformed"),
        Arguments.of(
            Map.of("a.tok", bytes(Tokens.expiring("old", Instant.ofEpochSecond(1)))),
            "LicenseExpired"));
  }

  @ParameterizedTest
  @MethodSource("brokenLicenses")
  void license_broken_leavesTheLastGoodContent(Map<String, byte[]> data, String reason) {
    scene.license("team", token);
    Guests vm = Guests.vm("one").with(Keys.USER_DATA, CONFIG);
    scene.cluster.apply(vm.guest());
    scene.awaitToken(vm.guest(), token);

    scene.licenseData("team", data);
    scene.awaitEvent(vm.guest(), reason);
    scene.passes(
        1, () -> scene.cluster.apply(vm.with(Keys.USER_DATA, CONFIG + "edited: yes\n").guest()));

    assertThat(scene.token(vm.guest())).isEqualTo(token);
    assertThat(scene.content(vm.guest())).contains(CONFIG).doesNotContain("edited");
    assertThat(scene.reasons(vm.guest())).containsExactly("LicenseInjected", reason);

    scene.license("team", token);
    scene.awaitContent(vm.guest(), "edited: yes");
  }

  @Test
  void licenseTaken_leavesTheLastGoodContent() {
    scene.license("team", token);
    Guest vm = Guests.vm("one").guest();
    scene.cluster.apply(vm);
    scene.awaitToken(vm, token);

    scene.cluster.drop("team", Keys.LICENSE_SECRET);

    scene.awaitEvent(vm, "LicenseMissing");
    assertThat(scene.token(vm)).isEqualTo(token);
  }

  @Test
  void license_expiresUnderway_isReportedWhenItDoes() {
    Instant soon = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(2);
    scene.license("team", Tokens.expiring("short", soon));
    Guest vm = Guests.vm("one").guest();
    scene.cluster.apply(vm);
    scene.awaitEvent(vm, "LicenseInjected");

    scene.awaitEvent(vm, "LicenseExpired");

    assertThat(Instant.now()).isAfterOrEqualTo(soon);
    assertThat(scene.token(vm)).isNotEmpty();
    assertThat(scene.gauge("vgpu_steward_license_expiry_timestamp_seconds"))
        .isEqualTo((double) soon.getEpochSecond());
  }

  @Test
  void problem_isAnEventWhenItIsNew_andCountedAtEachPass() {
    Guests vm = Guests.vm("one");
    scene.cluster.apply(vm.guest());
    scene.awaitEvent(vm.guest(), "LicenseMissing");
    double before = scene.failures(Problem.LICENSE_MISSING);

    scene.passes(1, () -> scene.cluster.apply(vm.with(Keys.USER_DATA, CONFIG).guest()));
    scene.licenseData("team", Map.of());
    scene.awaitEvent(vm.guest(), "LicenseMalformed");

    assertThat(scene.reasons(vm.guest())).containsExactly("LicenseMissing", "LicenseMalformed");
    assertThat(scene.failures(Problem.LICENSE_MISSING)).isGreaterThan(before);
    assertThat(scene.cluster.recorded())
        .allMatch(event -> event.type() == EventSink.Type.Warning && event.note().length() <= 1024);
  }

  @Test
  void guestMadeAnewUnderItsName_isToldAnew() {
    Guest vm = Guests.vm("one").guest();
    scene.cluster.apply(vm);
    scene.awaitEvent(vm, "LicenseMissing");

    scene.cluster.remove(vm.key());
    scene.cluster.apply(Guests.vm("one").madeAnew().guest());

    await()
        .untilAsserted(() ->
            assertThat(scene.reasons(vm)).containsExactly("LicenseMissing", "LicenseMissing"));
  }

  @Test
  void guestGone_isNotCountedAnyMore() {
    Guest vm = Guests.vm("one").guest();
    Guest copy = Guests.vm("two").pointingAt(vm.userDataSecret()).guest();
    scene.cluster.applyAll(List.of(vm, copy));
    await().until(() -> scene.gauge("vgpu_steward_guests_without_license") == 2);

    scene.cluster.remove(copy.key());
    await().until(() -> scene.gauge("vgpu_steward_guests_without_license") == 1);

    scene.cluster.remove(vm.key());
    await().until(() -> scene.gauge("vgpu_steward_guests_without_license") == 0);
  }

  @Test
  void usersSecret_late_isAwaited() {
    scene.license("team", token);
    Guest vm = Guests.vm("one").with(Keys.USER_DATA_SECRET, "mine").guest();
    scene.cluster.apply(vm);
    scene.awaitEvent(vm, "UserDataSecretMissing");
    assertThat(scene.secret(vm)).isEmpty();

    scene.userSecret("mine", "other-key", CONFIG);
    scene.passes(2, () -> {});
    assertThat(scene.secret(vm)).isEmpty();

    scene.userSecret("mine", "userData", CONFIG);

    scene.awaitContent(vm, CONFIG);
    assertThat(scene.reasons(vm)).containsExactly("UserDataSecretMissing", "LicenseInjected");
  }

  @Test
  void usersSecret_changed_isFollowed_andGone_leavesTheLastGoodContent() {
    polling();
    scene.license("team", token);
    scene.userSecret("mine", "userdata", CONFIG);
    Guest vm = Guests.vm("one").with(Keys.USER_DATA_SECRET, "mine").guest();
    scene.cluster.apply(vm);
    scene.awaitContent(vm, CONFIG);

    scene.cluster.put(
        "team",
        "mine",
        Map.of(),
        Map.of("userData", bytes("#!/bin/sh\n: second"), "userdata", bytes("#!/bin/sh\n: first")));
    scene.awaitContent(vm, ": first");

    scene.cluster.drop("team", "mine");
    scene.awaitEvent(vm, "UserDataSecretMissing");
    assertThat(scene.content(vm)).contains(": first");
    assertThat(scene.token(vm)).isEqualTo(token);
  }

  @Test
  void usersSecret_thatIsOurs_isRefused() {
    scene.license("team", token);
    String own = SecretNames.forGuest("one");
    Guest vm = Guests.vm("one").with(Keys.USER_DATA_SECRET, own).guest();

    scene.cluster.apply(vm);

    scene.awaitEvent(vm, "UserDataSecretUnusable");
    assertThat(scene.secret(vm)).isEmpty();
  }

  @Test
  void userData_unsupported_isWrittenUnchangedWithoutTheLicense() {
    scene.license("team", token);
    String ignition = "{\"ignition\": {\"version\": \"3.4.0\"}}";
    scene.userSecret("mine", "userdata", ignition);
    Guest vm = Guests.vm("one").with(Keys.USER_DATA_SECRET, "mine").guest();

    scene.cluster.apply(vm);

    scene.awaitEvent(vm, "UserDataUnsupported");
    assertThat(scene.content(vm)).isEqualTo(ignition);
    assertThat(scene.note(vm, "UserDataUnsupported")).contains("gets no licence this way");
    assertThat(scene.gauge("vgpu_steward_guests_without_license")).isEqualTo(1);
  }

  @Test
  void userData_tooLarge_leavesTheLastGoodContent() {
    polling();
    scene.license("team", token);
    scene.userSecret("mine", "userdata", CONFIG);
    Guest vm = Guests.vm("one").with(Keys.USER_DATA_SECRET, "mine").guest();
    scene.cluster.apply(vm);
    scene.awaitContent(vm, CONFIG);

    scene.userSecret("mine", "userdata", "#cloud-config\n" + "#".repeat(1024 * 1024 - 100));

    scene.awaitEvent(vm, "UserDataTooLarge");
    assertThat(scene.note(vm, "UserDataTooLarge")).contains("a Secret holds 1048576");
    assertThat(scene.content(vm)).contains(CONFIG);
  }

  static Stream<Arguments> lostAnnotations() {
    Guests vm = Guests.vm("one").with(Keys.USER_DATA, CONFIG);
    String kept =
        "{\"request\":\"\",\"license\":\"vgpu\",\"cloudInit\":{\"secret\":\"s\",\"kept\":\"%s\"}}";
    return Stream.of(
        Arguments.of(vm.without(Keys.INJECTED), "injected is gone"),
        Arguments.of(vm.with(Keys.INJECTED, "not JSON"), "injected cannot be read"),
        Arguments.of(
            vm.without(Keys.USER_DATA).with(Keys.INJECTED, kept.formatted("inline")),
            "user-data is gone"),
        Arguments.of(
            vm.without(Keys.USER_DATA).with(Keys.INJECTED, kept.formatted("secret")),
            "user-data-secret is gone"),
        Arguments.of(
            vm.with(Keys.USER_DATA, "a").with(Keys.USER_DATA_ENCODING, "base64"),
            "user-data is no base64"));
  }

  @ParameterizedTest
  @MethodSource("lostAnnotations")
  void annotations_lost_leaveTheLastGoodContent(Guests after, String note) {
    scene.license("team", token);
    Guest vm = Guests.vm("one").with(Keys.USER_DATA, CONFIG).guest();
    scene.cluster.apply(vm);
    scene.awaitContent(vm, CONFIG);

    scene.cluster.apply(after.guest());

    scene.awaitEvent(vm, "AnnotationsUnreadable");
    assertThat(scene.note(vm, "AnnotationsUnreadable")).contains(note).contains("back");
    assertThat(scene.content(vm)).contains(CONFIG);
    assertThat(scene.token(vm)).isEqualTo(token);
  }

  @Test
  void foreignSecret_isNotOverwritten_untilItGoes() {
    scene.license("team", token);
    Guest vm = Guests.vm("one").guest();
    String name = vm.userDataSecret().orElseThrow();
    scene.cluster.put("team", name, Map.of(), Map.of("userdata", bytes("foreign")));

    scene.cluster.apply(vm);
    scene.awaitEvent(vm, "SecretNotOurs");

    assertThat(scene.content(vm)).isEqualTo("foreign");
    assertThat(scene.note(vm, "SecretNotOurs")).contains("Delete it").doesNotContain("owns it");
    scene.cluster.drop("team", name);
    scene.cluster.apply(Guests.vm("one").with(Keys.COUNT, "1").guest());
    scene.awaitToken(vm, token);
  }

  @Test
  void lostLabel_makesTheSecretForeign_andTheEventSaysSo() {
    scene.license("team", token);
    Guest vm = Guests.vm("one").guest();
    scene.cluster.apply(vm);
    scene.awaitToken(vm, token);
    SecretObject stored = scene.secret(vm).orElseThrow();
    scene.cluster.put("team", stored.name(), Map.of("mine", "now"), stored.data());

    scene.license("team", Tokens.named("second"));

    scene.awaitEvent(vm, "SecretNotOurs");
    assertThat(scene.note(vm, "SecretNotOurs")).contains("though this guest owns it");
    assertThat(scene.token(vm)).isEqualTo(token);
  }

  @Test
  void lostOwner_isPutBack_evenWithoutALicense() {
    scene.license("team", token);
    Guests vm = Guests.vm("one");
    scene.cluster.apply(vm.guest());
    scene.awaitToken(vm.guest(), token);
    SecretObject stored = scene.secret(vm.guest()).orElseThrow();
    SecretObject.Owner application = new SecretObject.Owner("apps/v1", "Deployment", "x", "u");
    SecretObject.Owner former =
        new SecretObject.Owner("kubevirt.io/v1", "VirtualMachine", "one", "uid-of-a-former-one");
    scene.cluster.put(
        "team", stored.name(), stored.labels(), List.of(former, application), stored.data());

    scene.cluster.apply(vm.with(Keys.COUNT, "1").guest());
    await()
        .untilAsserted(() ->
            assertThat(scene.secret(vm.guest()).orElseThrow().owners())
                .containsExactly(application, ownerOf(vm.guest())));

    scene.cluster.put("team", stored.name(), stored.labels(), List.of(), stored.data());
    scene.cluster.drop("team", Keys.LICENSE_SECRET);

    await()
        .untilAsserted(() ->
            assertThat(scene.secret(vm.guest()).orElseThrow().owners())
                .containsExactly(ownerOf(vm.guest())));
    assertThat(scene.token(vm.guest())).isEqualTo(token);
  }

  @Test
  void refusalsInARow_areReportedWithTheClustersWords() {
    scene.license("team", token);
    Guest vm = Guests.vm("one").guest();
    scene.cluster.gate((verb, secret) -> {
      if (verb.equals("create")) {
        throw new ClusterException("exceeded quota: secrets");
      }
    });
    scene.cluster.apply(vm);

    scene.awaitEvent(vm, "SecretFailed");
    assertThat(scene.note(vm, "SecretFailed")).contains("exceeded quota: secrets");
    assertThat(scene.failures(Problem.SECRET_FAILED)).isGreaterThanOrEqualTo(5);

    scene.cluster.gate((verb, secret) -> {});
    scene.awaitToken(vm, token);
    assertThat(scene.reasons(vm)).containsExactly("SecretFailed", "LicenseInjected");
  }

  @Test
  void unexpectedFailure_isReportedWithoutItsMessage() {
    scene.license("team", token);
    Guest vm = Guests.vm("one").guest();
    scene.cluster.gate((verb, secret) -> {
      throw new IllegalStateException(token);
    });

    scene.cluster.apply(vm);

    scene.awaitEvent(vm, "SecretFailed");
    assertThat(scene.note(vm, "SecretFailed"))
        .contains("IllegalStateException")
        .doesNotContain(token);
  }
}
