package io.vgpusteward.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateFilesTest {
  @TempDir Path folder;
  private final TestClock clock = new TestClock();
  private final CertificateAuthority authority = CertificateAuthority.create("test CA", clock);
  private final KeyMaterial leaf = authority.issue("steward", SubjectNames.of("localhost"));

  @BeforeEach
  void writePair() throws IOException {
    Files.writeString(certificate(), leaf.certificatePem());
    Files.writeString(key(), leaf.privateKeyPem());
  }

  @Test
  void read_givesThePair() {
    assertThat(files().read()).isEqualTo(leaf);
  }

  @Test
  void read_withoutTheCertificate_namesIt() throws IOException {
    Files.delete(certificate());
    assertRefused("cannot read " + certificate() + ": no such file");
  }

  @Test
  void read_ofAFolder_namesIt() throws IOException {
    Files.delete(key());
    Files.createDirectory(key());
    assertRefused("cannot read " + key() + ": Is a directory");
  }

  @Test
  void read_ofABrokenCertificate_namesIt() throws IOException {
    Files.writeString(certificate(), "nothing");
    assertRefused(certificate() + ": no CERTIFICATE block found");
  }

  @Test
  void read_ofABrokenKey_namesIt() throws IOException {
    Files.writeString(key(), leaf.certificatePem());
    assertRefused(key() + ": no PRIVATE KEY block found");
  }

  @Test
  void read_ofAKeyThatDoesNotMatch_namesBoth() throws IOException {
    Files.writeString(
        key(), authority.issue("steward", SubjectNames.of("localhost")).privateKeyPem());
    assertRefused(
        certificate() + " with " + key() + ": the private key does not belong to the certificate");
  }

  @Test
  void read_whenExpired_namesBoth() {
    clock.move(Duration.ofDays(100));
    assertRefused(
        certificate() + " with " + key() + ": the certificate expired at 2027-02-19T10:00:00Z");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> files().read())
        .isInstanceOf(KeyMaterialException.class)
        .hasMessage(message);
  }

  private CertificateFiles files() {
    return new CertificateFiles(certificate(), key(), clock);
  }

  private Path certificate() {
    return folder.resolve("server.pem");
  }

  private Path key() {
    return folder.resolve("server-key.pem");
  }
}
