package io.vgpusteward.server.webhooks;

import io.vgpusteward.server.config.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;

/** The certificates that the API server trusts, as {@code caBundle} wants them. */
final class CaBundle {
  private CaBundle() {}

  /**
   * The base64 of a PEM file with one certificate or more.
   *
   * @throws ConfigurationException when it is none; the message names the file and quotes nothing
   */
  static String read(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ConfigurationException("--ca-file: cannot read " + file, e);
    }
    if (new String(bytes, StandardCharsets.ISO_8859_1).contains("PRIVATE KEY")) {
      throw new ConfigurationException(
          "--ca-file: " + file + " holds a private key, which must not be printed");
    }
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      if (!factory.generateCertificates(new ByteArrayInputStream(bytes)).isEmpty()) {
        return Base64.getEncoder().encodeToString(bytes);
      }
    } catch (CertificateException e) {
      throw new ConfigurationException(
          "--ca-file: " + file + " holds no certificate that can be read", e);
    }
    throw new ConfigurationException(
        "--ca-file: " + file + " holds no certificate that can be read");
  }
}
