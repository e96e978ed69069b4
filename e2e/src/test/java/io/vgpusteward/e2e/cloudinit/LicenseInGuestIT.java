package io.vgpusteward.e2e.cloudinit;

import static io.vgpusteward.e2e.cloudinit.DataSource.CONFIG_DRIVE;
import static io.vgpusteward.e2e.cloudinit.DataSource.NOCLOUD;
import static io.vgpusteward.e2e.cloudinit.Licenses.FIRST;
import static io.vgpusteward.e2e.cloudinit.Licenses.RENEWED;
import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.webhook.cloudinit.License;
import io.vgpusteward.webhook.cloudinit.UserData;
import io.vgpusteward.webhook.cloudinit.UserDataComposer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A licence over the life of a guest whose administrator does nothing about it. */
class LicenseInGuestIT {
  private final CloudInitGuest guest = new CloudInitGuest();
  private final LicenseFiles files = LicenseFiles.of(guest);

  @AfterEach
  void close() {
    guest.close();
  }

  @Test
  void renewedLicenceArrivesAtTheNextStartOnNoCloud() {
    guest.boot(composed(FIRST), NOCLOUD);
    guest.boot(composed(RENEWED), NOCLOUD);

    files.assertHolds(RENEWED);
  }

  @Test
  void renewedLicenceDoesNotArriveOnConfigDriveUntilCloudInitIsCleaned() {
    guest.boot(composed(FIRST), CONFIG_DRIVE);
    guest.boot(composed(RENEWED), CONFIG_DRIVE);
    files.assertHolds(FIRST);

    guest.sh("cloud-init clean").orThrow();
    guest.boot(composed(RENEWED), CONFIG_DRIVE);
    files.assertHolds(RENEWED);
  }

  @Test
  void deletedLicenceIsBackAtTheNextStart() {
    guest.boot(composed(FIRST), NOCLOUD);
    guest.sh("rm -r /etc/nvidia").orThrow();
    guest.boot(composed(FIRST), NOCLOUD);

    files.assertHolds(FIRST);
  }

  @Test
  void deletedLicenceIsBackOnConfigDriveToo() {
    guest.boot(composed(FIRST), CONFIG_DRIVE);
    guest.sh("rm -r /etc/nvidia").orThrow();
    guest.boot(composed(RENEWED), CONFIG_DRIVE);

    files.assertHolds(FIRST);
  }

  @Test
  void imageOfALicensedGuestTakesTheLicenceOfTheNewOne() {
    guest.boot(composed(FIRST), NOCLOUD);
    guest.sh("cloud-init clean").orThrow();
    guest.boot(composed(RENEWED), CONFIG_DRIVE);

    files.assertHolds(RENEWED);
  }

  @Test
  void guestThatWasSwitchedOffWhileItWroteRecovers() {
    guest.boot(composed(FIRST), NOCLOUD);
    // The decision was recorded, the token not moved yet.
    guest.sh("echo 0123 >>/var/lib/vgpu-steward/client_configuration_token.tok.sha256").orThrow();
    guest.write(LicenseFiles.FOLDER + "/.vgpu-steward.Ab12Cd", "half a tok");
    guest.boot(composed(RENEWED), NOCLOUD);

    files.assertHolds(RENEWED);
  }

  @Test
  void userDataThatFailsAsAWholeTakesTheLicenceWithItUntilItIsMended() {
    UserData broken = UserDataCase.written("include").userData(); // what it includes is not there
    guest.boot(UserDataComposer.compose(broken, FIRST).content(), NOCLOUD);
    assertThat(guest.exists("/etc/nvidia")).isFalse();

    guest.write("/opt/included/script", Resources.text("included/script"));
    guest.write("/opt/included/cloud-config", Resources.text("included/cloud-config"));
    guest.boot(UserDataComposer.compose(broken, FIRST).content(), NOCLOUD);
    assertThat(files.token()).isEqualTo(Licenses.token(FIRST));
  }

  private static UserData composed(License license) {
    return UserDataComposer.compose(UserDataCase.written("cloud-config").userData(), license)
        .content();
  }
}
