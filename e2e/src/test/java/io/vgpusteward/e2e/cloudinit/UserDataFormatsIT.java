package io.vgpusteward.e2e.cloudinit;

import static io.vgpusteward.e2e.cloudinit.Licenses.FIRST;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.webhook.cloudinit.Composition;
import io.vgpusteward.webhook.cloudinit.Composition.Composed;
import io.vgpusteward.webhook.cloudinit.Composition.Unsupported;
import io.vgpusteward.webhook.cloudinit.UserData;
import io.vgpusteward.webhook.cloudinit.UserDataComposer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each format of user data does in a licensed guest what it does in any, and the licence lies. */
@Execution(ExecutionMode.CONCURRENT)
class UserDataFormatsIT {

  static Stream<UserDataCase> cases() {
    return UserDataCase.all();
  }

  /** Shows that the table tells the truth about cloud-init: no licence, nothing of ours. */
  @ParameterizedTest
  @MethodSource("cases")
  void userDataAloneHasItsEffects(UserDataCase userData) {
    try (var guest = guest()) {
      guest.boot(userData.userData(), DataSource.NOCLOUD);

      assertThat(effects(guest)).isEqualTo(userData.effects());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void composedUserDataHasTheSameEffectsOnNoCloud(UserDataCase userData) {
    assertEffectsAndLicence(userData, DataSource.NOCLOUD);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void composedUserDataHasTheSameEffectsOnConfigDrive(UserDataCase userData) {
    assertEffectsAndLicence(userData, DataSource.CONFIG_DRIVE);
  }

  @Test
  void whatCloudInitDoesNotRecogniseIsNotComposed() {
    byte[] markedConfig =
        ("\ufeff" + Resources.text("user-data/cloud-config/user-data")).getBytes(UTF_8);
    try (var guest = guest()) {
      guest.boot(UserData.of(markedConfig), DataSource.NOCLOUD);

      assertThat(effects(guest)).isEmpty();
      assertThat(UserDataComposer.compose(UserData.of(markedConfig), FIRST))
          .isInstanceOf(Unsupported.class);
    }
  }

  private static void assertEffectsAndLicence(UserDataCase userData, DataSource source) {
    Composition composition = UserDataComposer.compose(userData.userData(), FIRST);
    assertThat(composition).isInstanceOf(Composed.class);
    try (var guest = guest()) {
      guest.boot(composition.content(), source);

      assertThat(effects(guest)).isEqualTo(userData.effects());
      LicenseFiles.of(guest).assertHolds(FIRST);
    }
  }

  private static CloudInitGuest guest() {
    var guest = new CloudInitGuest();
    guest.write("/opt/included/script", Resources.text("included/script"));
    guest.write("/opt/included/cloud-config", Resources.text("included/cloud-config"));
    return guest;
  }

  private static String effects(CloudInitGuest guest) {
    return guest.exists("/effects") ? guest.read("/effects") : "";
  }
}
