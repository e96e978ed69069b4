package io.vgpusteward.certs;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Whose certificates a TLS server takes from its clients: one authority or several, such as an old
 * and a new one while they change.
 */
public record ClientAuthorities(List<X509Certificate> certificates) implements Perishable {
  public ClientAuthorities {
    certificates = List.copyOf(certificates);
  }

  /** The one authority. */
  public static ClientAuthorities of(CertificateAuthority authority) {
    return new ClientAuthorities(List.of(authority.keyMaterial().certificate()));
  }

  /**
   * Reads a PEM file whenever it is asked; not for an event loop.
   *
   * @return throws {@link KeyMaterialException} when the file is of no use; the message names it
   */
  public static Supplier<ClientAuthorities> file(Path file, InstantSource clock) {
    return () -> {
      String pem = PemFile.read(file);
      try {
        ClientAuthorities found = new ClientAuthorities(Pem.certificates(pem));
        found.checkValidAt(clock.instant());
        return found;
      } catch (KeyMaterialException e) {
        throw new KeyMaterialException(file + ": " + e.getMessage(), e);
      }
    };
  }

  /** All of them as PEM. */
  public String pem() {
    return Pem.write(certificates);
  }

  /** Makes sure that one of them is valid. */
  @Override
  public void checkValidAt(Instant now) {
    boolean usable =
        certificates.stream()
            .anyMatch(certificate ->
                !now.isBefore(certificate.getNotBefore().toInstant())
                    && !now.isAfter(certificate.getNotAfter().toInstant()));
    if (!usable) {
      throw new KeyMaterialException("no client authority is valid now: " + this);
    }
  }

  /** The subjects and the ends of validity. */
  @Override
  public String toString() {
    return certificates.stream()
        .map(certificate ->
            certificate.getSubjectX500Principal()
                + " until "
                + certificate.getNotAfter().toInstant())
        .collect(Collectors.joining("; "));
  }
}
