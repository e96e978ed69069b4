package io.vgpusteward.certs;

import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A certificate chain and the private key of its first certificate, known to belong together.
 * Immutable; {@link #toString} shows no key.
 */
public final class KeyMaterial implements Perishable {
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private final List<X509Certificate> chain;
  private final PrivateKey key;

  KeyMaterial(List<X509Certificate> chain, PrivateKey key) {
    this.chain = List.copyOf(chain);
    this.key = key;
  }

  /**
   * Reads a pair from PEM and makes sure that a TLS server can use it: the key belongs to the first
   * certificate, and that one is valid at {@code now}.
   *
   * <p>The check is ours to do: Vert.x takes a key that does not match its certificate, and then
   * every handshake fails.
   *
   * @param certificatePem one or more {@code CERTIFICATE} blocks, the server's own first
   * @param privateKeyPem {@code PRIVATE KEY}, {@code EC PRIVATE KEY} or {@code RSA PRIVATE KEY}
   * @throws KeyMaterialException when the pair is of no use
   */
  public static KeyMaterial checked(String certificatePem, String privateKeyPem, Instant now) {
    List<X509Certificate> chain = Pem.certificates(certificatePem);
    PrivateKey key = Pem.privateKey(privateKeyPem);
    KeyMaterial material = new KeyMaterial(chain, key);
    if (!KeyPairs.belongTogether(material.certificate().getPublicKey(), key)) {
      throw new KeyMaterialException("the private key does not belong to the certificate");
    }
    material.checkValidAt(now);
    return material;
  }

  /** Makes sure that the certificate is valid. */
  @Override
  public void checkValidAt(Instant now) {
    if (now.isAfter(notAfter())) {
      throw new KeyMaterialException("the certificate expired at " + notAfter());
    }
    if (now.isBefore(notBefore())) {
      throw new KeyMaterialException("the certificate is not valid before " + notBefore());
    }
  }

  /** The first certificate of the chain, the one that the key belongs to. */
  public X509Certificate certificate() {
    return chain.getFirst();
  }

  public Instant notBefore() {
    return certificate().getNotBefore().toInstant();
  }

  public Instant notAfter() {
    return certificate().getNotAfter().toInstant();
  }

  /** What the first certificate is valid for. */
  public SubjectNames subjectNames() {
    SortedSet<String> dns = new TreeSet<>();
    SortedSet<String> ip = new TreeSet<>();
    try {
      Collection<List<?>> names = certificate().getSubjectAlternativeNames();
      for (List<?> name : names == null ? List.<List<?>>of() : names) {
        if (name.get(0) instanceof Integer type && type == DNS_NAME) {
          dns.add(String.valueOf(name.get(1)));
        } else if (name.get(0) instanceof Integer type && type == IP_ADDRESS) {
          ip.add(SubjectNames.address(String.valueOf(name.get(1))));
        }
      }
    } catch (CertificateParsingException e) {
      throw new KeyMaterialException("the certificate's subject alternative names are broken", e);
    }
    return new SubjectNames(dns, ip);
  }

  /** The whole chain as PEM. */
  public String certificatePem() {
    return Pem.write(chain);
  }

  /** The private key as PEM, PKCS #8: for the TLS engine and for files with mode 0600 only. */
  public String privateKeyPem() {
    return Pem.write(key);
  }

  PrivateKey privateKey() {
    return key;
  }

  /**
   * Equal chains are enough: a public key has one private key, which may be encoded in many ways.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KeyMaterial that && chain.equals(that.chain);
  }

  @Override
  public int hashCode() {
    return chain.hashCode();
  }

  /** The subject, the names and the end of validity. */
  @Override
  public String toString() {
    return "certificate of "
        + certificate().getSubjectX500Principal()
        + " for "
        + subjectNames()
        + " until "
        + notAfter();
  }
}
