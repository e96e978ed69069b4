package io.vgpusteward.certs;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Issues certificates for TLS servers and clients: ECDSA on P-256, signed by its own long-lived
 * certificate.
 *
 * <p>The authority lives for ten years, because a kube-scheduler reads its CA file once; what it
 * issues lives for ninety days. Both begin an hour early, for clocks that are behind. Any thread
 * may use it.
 */
public final class CertificateAuthority {
  public static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3653);
  public static final Duration LEAF_LIFETIME = Duration.ofDays(90);
  static final Duration BACKDATED = Duration.ofHours(1);

  private static final int SERIAL_BITS = 127;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final KeyMaterial own;
  private final InstantSource clock;

  private CertificateAuthority(KeyMaterial own, InstantSource clock) {
    this.own = own;
    this.clock = clock;
  }

  /** A new authority with a key of its own. */
  public static CertificateAuthority create(String commonName, InstantSource clock) {
    KeyPair pair = KeyPairs.generate();
    X500Principal subject = subject(commonName);
    Instant now = clock.instant();
    X509Certificate certificate =
        sign(
            builder(subject, subject, pair.getPublic(), now, now.plus(AUTHORITY_LIFETIME)),
            pair.getPrivate(),
            extensions -> {
              extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
              extensions.addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
              extensions.addExtension(
                  Extension.subjectKeyIdentifier,
                  false,
                  new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
            });
    return new CertificateAuthority(
        new KeyMaterial(List.of(certificate), pair.getPrivate()), clock);
  }

  /**
   * An authority from its PEM files.
   *
   * @throws KeyMaterialException when the pair is broken, expired or no authority's
   */
  public static CertificateAuthority load(
      String certificatePem, String privateKeyPem, InstantSource clock) {
    KeyMaterial own = KeyMaterial.checked(certificatePem, privateKeyPem, clock.instant());
    if (own.certificate().getBasicConstraints() < 0) {
      throw new KeyMaterialException("the certificate is not a certificate authority's");
    }
    return new CertificateAuthority(own, clock);
  }

  /** The authority's certificate and key. */
  public KeyMaterial keyMaterial() {
    return own;
  }

  /** What clients need to trust what this authority issued: its certificate, as PEM. */
  public String certificatePem() {
    return own.certificatePem();
  }

  /** A new key and a certificate for a TLS server with these names; it does not outlive us. */
  public KeyMaterial issue(String commonName, SubjectNames names) {
    return issue(
        commonName,
        KeyPurposeId.id_kp_serverAuth,
        extensions ->
            extensions.addExtension(
                Extension.subjectAlternativeName, false, names.toGeneralNames()));
  }

  /** A new key and a certificate for a TLS client; it does not outlive us. */
  public KeyMaterial issueClient(String commonName) {
    return issue(commonName, KeyPurposeId.id_kp_clientAuth, extensions -> {});
  }

  private KeyMaterial issue(String commonName, KeyPurposeId purpose, Extensions more) {
    KeyPair pair = KeyPairs.generate();
    Instant now = clock.instant();
    Instant end = now.plus(LEAF_LIFETIME);
    X509Certificate authority = own.certificate();
    X509Certificate certificate =
        sign(
            builder(
                authority.getSubjectX500Principal(),
                subject(commonName),
                pair.getPublic(),
                now,
                end.isBefore(own.notAfter()) ? end : own.notAfter()),
            own.privateKey(),
            extensions -> {
              extensions.addExtension(
                  Extension.basicConstraints, true, new BasicConstraints(false));
              extensions.addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
              extensions.addExtension(
                  Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
              more.addTo(extensions);
              extensions.addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(authority));
            });
    return new KeyMaterial(List.of(certificate), pair.getPrivate());
  }

  /** Whether this authority signed the certificate. */
  public boolean issued(X509Certificate certificate) {
    try {
      certificate.verify(own.certificate().getPublicKey());
      return true;
    } catch (GeneralSecurityException somebodyElse) {
      return false;
    }
  }

  private static X500Principal subject(String commonName) {
    return new X500Principal("CN=" + commonName + ",O=vgpu-steward");
  }

  private static X509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal subject, PublicKey key, Instant now, Instant end) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
        Date.from(now.minus(BACKDATED)),
        Date.from(end),
        subject,
        key);
  }

  private static X509Certificate sign(
      X509v3CertificateBuilder builder, PrivateKey signer, Extensions extensions) {
    try {
      extensions.addTo(builder);
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new KeyMaterialException("the authority cannot sign a certificate", e);
    }
  }

  private interface Extensions {
    void addTo(X509v3CertificateBuilder builder) throws GeneralSecurityException, CertIOException;
  }
}
