package io.vgpusteward.e2e.cloudinit;

import static io.vgpusteward.e2e.cloudinit.DataSource.NOCLOUD;
import static io.vgpusteward.e2e.cloudinit.LicenseFiles.FOLDER;
import static io.vgpusteward.e2e.cloudinit.LicenseFiles.GRIDD_CONF;
import static io.vgpusteward.e2e.cloudinit.LicenseFiles.TOKEN;
import static io.vgpusteward.e2e.cloudinit.Licenses.FIRST;
import static io.vgpusteward.e2e.cloudinit.Licenses.RENEWED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.webhook.cloudinit.License;
import io.vgpusteward.webhook.cloudinit.UserData;
import io.vgpusteward.webhook.cloudinit.UserDataComposer;
import java.util.Base64;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever owns the guest wins: by hand, by image or by user data, now and at the next boots. */
class GuestAdministratorIT {
  private static final String SSH_KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKqmRyyG0qPlqRzSPAcAbxWLM6tZVlqBiYUCW4L3ZXbi somebody";
  private static final String PACKAGES = "build-essential dkms linux-headers-generic pkg-config";
  private static final String OWN = FOLDER + "/own.tok";

  private final CloudInitGuest guest = new CloudInitGuest();
  private final LicenseFiles files = LicenseFiles.of(guest);

  @AfterEach
  void close() {
    guest.close();
  }

  @Test
  void editedTokenStays() {
    boot("", FIRST);
    guest.write(TOKEN, "edited");
    boot("", RENEWED);

    assertThat(files.token()).isEqualTo("edited");
    assertThat(files.griddConf()).isEqualTo(Licenses.griddConf(RENEWED));
  }

  @Test
  void editedGriddConfStaysAndTheTokenIsRenewed() {
    boot("", FIRST);
    guest.sh("echo ServerAddress=10.0.0.1 >>" + GRIDD_CONF).orThrow();
    boot("", RENEWED);

    assertThat(files.griddConf()).isEqualTo(Licenses.griddConf(FIRST) + "ServerAddress=10.0.0.1\n");
    assertThat(files.token()).isEqualTo(Licenses.token(RENEWED));
  }

  @Test
  void ownTokenBesideOursMakesOursGoAndItsRemovalBringsOursBack() {
    boot("", FIRST);
    guest.write(OWN, "own");
    boot("", FIRST);
    assertThat(files.names()).containsExactly("own.tok");

    guest.sh("rm " + OWN).orThrow();
    boot("", RENEWED);
    files.assertHolds(RENEWED);
  }

  @Test
  void editedTokenBesideAnotherIsNotOursToRemove() {
    boot("", FIRST);
    guest.write(TOKEN, "edited");
    guest.write(OWN, "own");
    boot("", RENEWED);

    assertThat(files.names()).containsExactly("client_configuration_token.tok", "own.tok");
    assertThat(files.token()).isEqualTo("edited");
  }

  @Test
  void tokenAndGriddConfOfTheImageStay() {
    guest.write(FOLDER + "/client_configuration_token_10-01-2026.tok", "of the image");
    guest.write(GRIDD_CONF, "FeatureType=4\n");
    boot("", FIRST);
    boot("", RENEWED);

    assertThat(files.names()).containsExactly("client_configuration_token_10-01-2026.tok");
    assertThat(files.griddConf()).isEqualTo("FeatureType=4\n");
  }

  @Test
  void linkInOurPlaceStays() {
    guest.write("/opt/shared.tok", "shared");
    guest.sh("mkdir -p " + FOLDER + " && ln -s /opt/shared.tok " + TOKEN).orThrow();
    boot("", FIRST);

    assertThat(guest.read("/opt/shared.tok")).isEqualTo("shared");
    assertThat(files.token()).isEqualTo("shared");
  }

  @Test
  void folderWithANameLikeATokenIsNone() {
    guest.sh("mkdir -p " + FOLDER + "/old.tok").orThrow();
    boot("", FIRST);

    assertThat(files.token()).isEqualTo(Licenses.token(FIRST));
  }

  @Test
  void tokenOfTheUserDataUnderOurNameWins() {
    String userData = writeFiles(TOKEN, "own");
    boot(userData, FIRST);
    assertThat(files.token()).isEqualTo("own");

    boot(userData, RENEWED);
    assertThat(files.token()).isEqualTo("own");
    assertThat(files.names()).hasSize(1);
  }

  @Test
  void tokenOfTheUserDataUnderAnotherNameWins() {
    String userData = writeFiles(OWN, "own");
    boot(userData, FIRST);
    assertThat(files.names()).containsExactly("own.tok");

    boot(userData, RENEWED);
    assertThat(files.names()).containsExactly("own.tok");
  }

  @Test
  void tokenThatTheUsersLastCommandFetchesWins() {
    boot("#cloud-config\nruncmd: ['echo own >" + OWN + "']\n", FIRST);

    assertThat(files.names()).containsExactly("own.tok");
  }

  /** The example of the guide that many people start from, with its token filled in. */
  @Test
  void vgpuSmokeKeepsItsOwnToken() {
    // There is no network: a package manager that says what it was asked for is enough.
    guest.write("/usr/bin/apt-get", "#!/bin/sh\necho \"$@\" >>/apt\n");
    guest.write("/usr/bin/apt-cache", "#!/bin/sh\nprintf '%s\\n' " + PACKAGES + "\n");
    byte[] own = Licenses.license(3).token();
    String userData =
        Resources.text("user-data/vgpu-smoke/user-data")
            .replace("<base64 token>", Base64.getEncoder().encodeToString(own))
            .replace("<your ssh public key>", SSH_KEY);
    boot(userData, FIRST);
    boot(userData, RENEWED);

    assertThat(files.names()).containsExactly("client_configuration_token.tok");
    assertThat(files.token()).isEqualTo(new String(own, UTF_8));
    assertThat(guest.mode(TOKEN)).isEqualTo("0744");
    assertThat(files.griddConf()).isEqualTo("FeatureType=1\n");
    assertThat(guest.read("/apt").lines().filter(call -> call.contains(" install ")))
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains(PACKAGES.split(" "));
    assertThat(guest.read("/home/debian/.ssh/authorized_keys")).contains(SSH_KEY);
  }

  private void boot(String userData, License license) {
    guest.boot(
        UserDataComposer.compose(UserData.of(userData.getBytes(UTF_8)), license).content(),
        NOCLOUD);
  }

  private static String writeFiles(String path, String content) {
    return "#cloud-config\nwrite_files: [{path: " + path + ", content: " + content + "}]\n";
  }
}
