package io.vgpusteward.e2e.rig;

import io.vgpusteward.e2e.rig.Pki.Pair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes kubeconfigs, one for each identity, for one API server. */
final class Kubeconfig {
  private final String server;
  private final Pki authority;

  Kubeconfig(String server, Pki authority) {
    this.server = server;
    this.authority = authority;
  }

  /** With a client's certificate. */
  void write(Path file, Pair client) {
    write(
        file,
        "{client-certificate: '%s', client-key: '%s'}"
            .formatted(client.certificate(), client.key()));
  }

  /** With a bearer token. */
  void writeWithToken(Path file, String token) {
    write(file, "{token: '%s'}".formatted(token));
  }

  private void write(Path file, String credentials) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(
          file,
          """
          apiVersion: v1
          kind: Config
          current-context: rig
          contexts:
          - name: rig
            context: {cluster: rig, user: rig}
          clusters:
          - name: rig
            cluster:
              server: %s
              certificate-authority-data: %s
          users:
          - name: rig
            user: %s
          """
              .formatted(server, authority.bundle(), credentials));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
