package io.vgpusteward.certs;

import java.nio.file.Path;
import java.time.InstantSource;

/** A pair of PEM files that somebody else keeps, such as a mounted Secret. */
public final class CertificateFiles implements KeySource {
  private final Path certificate;
  private final Path key;
  private final InstantSource clock;

  public CertificateFiles(Path certificate, Path key, InstantSource clock) {
    this.certificate = certificate;
    this.key = key;
    this.clock = clock;
  }

  /**
   * Reads and checks both files.
   *
   * @throws KeyMaterialException when they are of no use; the message names the file or files
   */
  @Override
  public KeyMaterial read() {
    String certificatePem = PemFile.read(certificate);
    String keyPem = PemFile.read(key);
    named(certificate, () -> Pem.certificates(certificatePem));
    named(key, () -> Pem.privateKey(keyPem));
    try {
      return KeyMaterial.checked(certificatePem, keyPem, clock.instant());
    } catch (KeyMaterialException e) {
      throw new KeyMaterialException(certificate + " with " + key + ": " + e.getMessage(), e);
    }
  }

  private static void named(Path file, Runnable check) {
    try {
      check.run();
    } catch (KeyMaterialException e) {
      throw new KeyMaterialException(file + ": " + e.getMessage(), e);
    }
  }
}
