package io.vgpusteward.e2e.cloudinit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.webhook.cloudinit.License;
import java.util.List;

/** What nvidia-gridd would find in a guest. */
record LicenseFiles(CloudInitGuest guest) {
  static final String FOLDER = "/etc/nvidia/ClientConfigToken";
  static final String TOKEN = FOLDER + "/client_configuration_token.tok";
  static final String GRIDD_CONF = "/etc/nvidia/gridd.conf";

  static LicenseFiles of(CloudInitGuest guest) {
    return new LicenseFiles(guest);
  }

  /** All names in the token's folder, hidden ones too. */
  List<String> names() {
    return guest.sh("ls -A " + FOLDER).orThrow().lines().toList();
  }

  String token() {
    return guest.read(TOKEN);
  }

  String griddConf() {
    return guest.read(GRIDD_CONF);
  }

  /** Nothing but this licence, where NVIDIA wants it and as NVIDIA wants it. */
  void assertHolds(License license) {
    assertThat(names()).containsExactly("client_configuration_token.tok");
    assertThat(token()).isEqualTo(Licenses.token(license));
    assertThat(griddConf()).isEqualTo(Licenses.griddConf(license));
    assertThat(
            guest
                .sh("stat -c '%a %U %n' /etc/nvidia " + FOLDER + " " + TOKEN + " " + GRIDD_CONF)
                .orThrow())
        .isEqualTo(
            """
            755 root /etc/nvidia
            755 root %s
            744 root %s
            644 root %s
            """
                .formatted(FOLDER, TOKEN, GRIDD_CONF));
  }
}
