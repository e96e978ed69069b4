package io.vgpusteward.agent.kube;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.jspecify.annotations.Nullable;

/** The JDK's TLS, from the PEM forms that Kubernetes uses. No message quotes what was read. */
final class Tls {
  /** A key store in memory wants one; it is never written. */
  private static final char[] IN_MEMORY = {};

  /** A text, byte for byte in Latin-1, and the name of where it is from, for messages. */
  record Named(String name, String pem) {
    @Override
    public String toString() {
      return name;
    }
  }

  private Tls() {}

  /** A context; without authorities those of the JDK, without a pair no certificate of its own. */
  static SSLContext context(
      Optional<Named> authorities, Optional<Named> certificate, Optional<Named> key) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          certificate.isPresent() && key.isPresent() ? own(certificate.get(), key.get()) : null,
          authorities.isPresent() ? trusted(authorities.get()) : null,
          null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AccessException(
          "the certificates for the API server cannot be used: " + e.getClass().getSimpleName());
    }
  }

  private static TrustManager[] trusted(Named authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    int number = 0;
    for (Certificate certificate : certificates(authorities)) {
      store.setCertificateEntry("authority" + number++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager[] own(Named certificate, Named key)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    Certificate[] chain = certificates(certificate).toArray(Certificate[]::new);
    store.setKeyEntry("client", privateKey(key), IN_MEMORY, chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, IN_MEMORY);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, IN_MEMORY);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Named from)
      throws GeneralSecurityException {
    Collection<? extends Certificate> found;
    try {
      found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(from.pem().getBytes(StandardCharsets.ISO_8859_1)));
    } catch (CertificateException e) {
      throw new AccessException(from + " holds a certificate that is broken");
    }
    if (found.isEmpty()) {
      throw new AccessException(from + " holds no certificate");
    }
    return found;
  }

  private static PrivateKey privateKey(Named from) {
    // A parser's message may quote what it could not read, so no cause goes along.
    try (PEMParser parser = new PEMParser(new StringReader(from.pem()))) {
      for (Object block = next(parser); block != null; block = next(parser)) {
        PrivateKeyInfo info =
            switch (block) {
              case PEMKeyPair pair -> pair.getPrivateKeyInfo();
              case PrivateKeyInfo bare -> bare;
              default -> null;
            };
        if (info != null) {
          return new JcaPEMKeyConverter()
              .setAlgorithmMapping(X9ObjectIdentifiers.id_ecPublicKey, "EC")
              .getPrivateKey(info);
        }
      }
    } catch (IOException e) {
      throw new AccessException(from + " holds a private key that is broken");
    }
    throw new AccessException(from + " holds no unencrypted private key");
  }

  private static @Nullable Object next(PEMParser parser) throws IOException {
    try {
      return parser.readObject();
    } catch (RuntimeException e) {
      throw new IOException("not decodable");
    }
  }
}
