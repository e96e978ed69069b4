package io.vgpusteward.e2e.rig;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority of a cluster, and what it issued, as PEM files in a folder. It issues for
 * clients too, which the product's own authority does not. Thread-safe.
 */
public final class Pki {
  /** A certificate, or a public key, and its private key. */
  public record Pair(Path certificate, Path key) {}

  private static final Duration BACKDATED = Duration.ofHours(1);
  private static final Duration LIFETIME = Duration.ofDays(30);
  private static final int SERIAL_BITS = 127;
  private static final int LINE = 64;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path folder;
  private final X500Name name;
  private final KeyPair pair;
  private final X509Certificate certificate;

  private Pki(Path folder, X500Name name, KeyPair pair, X509Certificate certificate) {
    this.folder = folder;
    this.name = name;
    this.pair = pair;
    this.certificate = certificate;
  }

  /** A new authority; its files are {@code ca.crt} and {@code ca.key}. */
  static Pki create(Path folder, String commonName) {
    try {
      Files.createDirectories(folder);
      KeyPair pair = generate();
      X500Name name = new X500Name("CN=" + commonName);
      JcaX509v3CertificateBuilder builder = builder(name, name, pair);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      Pki authority = new Pki(folder, name, pair, sign(builder, pair));
      authority.write("ca", "CERTIFICATE", encoded(authority.certificate), pair);
      return authority;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("cannot make a certificate authority", e);
    }
  }

  /** The authority's own certificate and key. */
  public Pair authority() {
    return pair("ca");
  }

  /** The authority's certificate. */
  X509Certificate certificate() {
    return certificate;
  }

  /** The authority's certificate as base64 of its PEM, as Kubernetes' objects have it. */
  public String bundle() {
    return Base64.getEncoder()
        .encodeToString(pem("CERTIFICATE", encoded(certificate)).getBytes(US_ASCII));
  }

  /** A certificate of a server on 127.0.0.1, for these host names too. */
  public Pair server(String commonName, String... hosts) {
    GeneralName[] names = new GeneralName[hosts.length + 2];
    names[0] = new GeneralName(GeneralName.iPAddress, "127.0.0.1");
    names[1] = new GeneralName(GeneralName.dNSName, "localhost");
    for (int i = 0; i < hosts.length; i++) {
      names[i + 2] = new GeneralName(GeneralName.dNSName, hosts[i]);
    }
    return issue(commonName, List.of(), KeyPurposeId.id_kp_serverAuth, new GeneralNames(names));
  }

  /** A certificate by which Kubernetes knows a user and its groups. */
  public Pair client(String user, List<String> groups) {
    return issue(user, groups, KeyPurposeId.id_kp_clientAuth, null);
  }

  /** A key pair without a certificate. */
  Pair keys(String name) {
    KeyPair keys = generate();
    write(name, "PUBLIC KEY", keys.getPublic().getEncoded(), keys);
    return pair(name);
  }

  /** The same in memory, for a client of this process. */
  KeyStore clientStore(String user, List<String> groups) {
    try {
      Issued issued = issued(user, groups, KeyPurposeId.id_kp_clientAuth, null);
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "client",
          issued.keys().getPrivate(),
          new char[0],
          new Certificate[] {issued.certificate()});
      return store;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot keep the key of " + user, e);
    }
  }

  private record Issued(KeyPair keys, X509Certificate certificate) {}

  private Pair issue(
      String commonName,
      List<String> organizations,
      KeyPurposeId purpose,
      @Nullable GeneralNames names) {
    Issued issued = issued(commonName, organizations, purpose, names);
    String file = commonName.replaceAll("[^A-Za-z0-9.-]", "_");
    write(file, "CERTIFICATE", encoded(issued.certificate()), issued.keys());
    return pair(file);
  }

  private Issued issued(
      String commonName,
      List<String> organizations,
      KeyPurposeId purpose,
      @Nullable GeneralNames names) {
    X500NameBuilder subject = new X500NameBuilder(BCStyle.INSTANCE);
    organizations.forEach(organization -> subject.addRDN(BCStyle.O, organization));
    subject.addRDN(BCStyle.CN, commonName);
    try {
      KeyPair keys = generate();
      JcaX509v3CertificateBuilder builder = builder(name, subject.build(), keys);
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      if (names != null) {
        builder.addExtension(Extension.subjectAlternativeName, false, names);
      }
      return new Issued(keys, sign(builder, pair));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("cannot issue a certificate for " + commonName, e);
    }
  }

  private Pair pair(String file) {
    return new Pair(folder.resolve(file + ".crt"), folder.resolve(file + ".key"));
  }

  private void write(String file, String type, byte[] encoded, KeyPair keys) {
    Pair files = pair(file);
    try {
      Files.writeString(files.certificate(), pem(type, encoded));
      Files.writeString(files.key(), pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no P-256", e);
    }
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, KeyPair keys) {
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
        Date.from(now.minus(BACKDATED)),
        Date.from(now.plus(LIFETIME)),
        subject,
        keys.getPublic());
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, KeyPair signer)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String type, byte[] encoded) {
    Base64.Encoder lines = Base64.getMimeEncoder(LINE, new byte[] {'\n'});
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, lines.encodeToString(encoded), type);
  }
}
