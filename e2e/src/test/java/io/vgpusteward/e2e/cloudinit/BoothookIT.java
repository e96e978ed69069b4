package io.vgpusteward.e2e.cloudinit;

import static io.vgpusteward.e2e.cloudinit.DataSource.NOCLOUD;
import static io.vgpusteward.e2e.cloudinit.LicenseFiles.FOLDER;
import static io.vgpusteward.e2e.cloudinit.Licenses.FIRST;
import static io.vgpusteward.e2e.cloudinit.Licenses.RENEWED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.e2e.cloudinit.CloudInitGuest.Boot;
import io.vgpusteward.webhook.cloudinit.License;
import io.vgpusteward.webhook.cloudinit.UserData;
import io.vgpusteward.webhook.cloudinit.UserDataComposer;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the licence's script behaves as a part of the boot. */
class BoothookIT {
  private static final String RESTART = "--no-block try-restart nvidia-gridd.service\n";

  private final CloudInitGuest guest = new CloudInitGuest();
  private final LicenseFiles files = LicenseFiles.of(guest);

  @AfterEach
  void close() {
    guest.close();
  }

  @Test
  void licensingDaemonIsRestartedOnceForANewLicenceAndNotForAnOldOne() {
    systemctl("echo \"$@\" >>/systemctl");
    boot("", FIRST);
    assertThat(guest.read("/systemctl")).isEqualTo(RESTART);

    boot("", FIRST);
    assertThat(guest.read("/systemctl")).isEqualTo(RESTART);

    boot("", RENEWED);
    assertThat(guest.read("/systemctl")).isEqualTo(RESTART + RESTART);
  }

  @Test
  void licensingDaemonIsRestartedAgainForATokenOfTheUserData() {
    systemctl("echo \"$@\" >>/systemctl");
    boot("#cloud-config\nwrite_files: [{path: " + FOLDER + "/own.tok, content: own}]\n", FIRST);

    assertThat(guest.read("/systemctl")).isEqualTo(RESTART + RESTART);
  }

  @Test
  void daemonThatIsNotInstalledIsNoError() {
    systemctl("echo 'Unit nvidia-gridd.service not found.' >&2; exit 5");
    Boot boot = boot("", FIRST);

    files.assertHolds(FIRST);
    assertThat(boot.console()).doesNotContain("nvidia-gridd", "vgpu-steward");
  }

  @Test
  void bootDoesNotWaitForTheDaemon() {
    systemctl("case \"$*\" in *--no-block*) ;; *) sleep 100 ;; esac");
    Boot boot = boot("#cloud-config\nruncmd: ['echo >/ran']\n", FIRST);

    assertThat(boot.duration()).isLessThan(Duration.ofSeconds(20));
    assertThat(guest.exists("/ran")).isTrue();
  }

  @Test
  void bootGoesOnWhenTheInitSystemDoesNotAnswer() {
    systemctl("sleep 100");
    Boot boot = boot("#cloud-config\nruncmd: ['echo >/ran']\n", FIRST);

    assertThat(boot.duration()).isLessThan(Duration.ofSeconds(40));
    assertThat(guest.exists("/ran")).isTrue();
    files.assertHolds(FIRST);
  }

  @Test
  void bootGoesOnWhenTheLicenceCannotBeWritten() {
    guest.sh("mkdir -p /etc && echo >/etc/nvidia").orThrow(); // no folder can be made there
    Boot boot = boot("#cloud-config\nruncmd: ['echo >/ran']\n", FIRST);

    assertThat(guest.exists("/ran")).isTrue();
    assertThat(hook().err())
        .contains("vgpu-steward: could not write " + LicenseFiles.TOKEN)
        .contains("vgpu-steward: could not write " + LicenseFiles.GRIDD_CONF)
        .doesNotContain(secrets(FIRST));
    assertThat(hook().status()).isZero();
    assertThat(boot.console()).doesNotContain(secrets(FIRST));
  }

  @Test
  void nothingThatIsPrintedOrLoggedHoldsTheLicence() {
    Boot first = boot(Resources.text("user-data/multipart/user-data"), FIRST);
    Boot second = boot(Resources.text("user-data/multipart/user-data"), RENEWED);
    String printed =
        first.console() + second.console() + guest.sh("cat /var/log/cloud-init*.log").orThrow();

    assertThat(printed).contains("finished at").doesNotContain(secrets(FIRST));
    assertThat(printed).doesNotContain(secrets(RENEWED));
    assertThat(guest.sh("cat -A /var/lib/vgpu-steward/*").orThrow())
        .doesNotContain(secrets(RENEWED));
  }

  @Test
  void onlyRootReadsWhatCarriesTheLicence() {
    boot("", FIRST);

    assertThat(guest.mode("/var/lib/cloud/instance/boothooks/vgpu-steward")).isEqualTo("0700");
    assertThat(guest.mode("/var/lib/vgpu-steward")).isEqualTo("0700");
  }

  @Test
  void workedOnByBusyboxAlone() {
    boot("", FIRST);
    guest.sh("rm -r /etc/nvidia /var/lib/vgpu-steward; mkdir /bb && busybox --install -s /bb");
    guest.sh("sed -i '1s,/bin/sh,/bb/sh,' /var/lib/cloud/instance/boothooks/vgpu-steward");
    Execution run =
        guest.sh(
            "rm /bin/sh; ln -s busybox /bin/sh; PATH=/bb /bb/sh /var/lib/cloud/instance/boothooks/vgpu-steward");

    assertThat(run).isEqualTo(new Execution(0, "", ""));
    files.assertHolds(FIRST);
  }

  @Test
  void guestKeepsNoTraceOfAnEarlierVersionOfTheScript() {
    guest.write("/var/lib/vgpu-steward/licence", "#!/bin/sh\necho old >/old\n");
    guest.write("/var/lib/cloud/scripts/per-boot/zz-vgpu-steward", "#!/bin/sh\necho old >/old\n");
    guest.sh("chmod +x /var/lib/cloud/scripts/per-boot/*").orThrow();
    boot("", FIRST);

    assertThat(guest.exists("/old")).isFalse();
    files.assertHolds(FIRST);
  }

  private Boot boot(String userData, License license) {
    return guest.boot(
        UserDataComposer.compose(UserData.of(userData.getBytes(UTF_8)), license).content(),
        NOCLOUD);
  }

  private Execution hook() {
    return guest.sh("/var/lib/cloud/instance/boothooks/vgpu-steward");
  }

  private void systemctl(String body) {
    guest.write("/usr/bin/systemctl", "#!/bin/sh\n" + body + "\n");
    guest.sh("chmod +x /usr/bin/systemctl").orThrow();
  }

  /** The token and gridd.conf, plain and as the script carries them, whole lines of them. */
  private static String[] secrets(License license) {
    String token = Licenses.token(license);
    return new String[] {
      token.substring(100, 140),
      Base64.getEncoder().encodeToString(license.token()).substring(100, 140),
      Licenses.griddConf(license).lines().findFirst().orElseThrow(),
      Base64.getEncoder().encodeToString(license.griddConf()),
    };
  }
}
