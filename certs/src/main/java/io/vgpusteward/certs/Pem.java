package io.vgpusteward.certs;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.jspecify.annotations.Nullable;

/** The PEM forms of certificates and keys. No message of it quotes its input. */
final class Pem {
  private Pem() {}

  /** All {@code CERTIFICATE} blocks, at least one. */
  static List<X509Certificate> certificates(String pem) {
    List<X509Certificate> found = new ArrayList<>();
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      for (Object block = next(parser); block != null; block = next(parser)) {
        if (block instanceof X509CertificateHolder holder) {
          found.add(new JcaX509CertificateConverter().getCertificate(holder));
        }
      }
    } catch (IOException | CertificateException e) {
      throw new KeyMaterialException("a CERTIFICATE block is broken", e);
    }
    if (found.isEmpty()) {
      throw new KeyMaterialException("no CERTIFICATE block found");
    }
    return found;
  }

  /** The first private key, in any of the unencrypted forms that tools write. */
  static PrivateKey privateKey(String pem) {
    // The cause is left out on purpose: a parser's message may quote what it could not read.
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      for (Object block = next(parser); block != null; block = next(parser)) {
        if (block instanceof PEMEncryptedKeyPair || block instanceof PKCS8EncryptedPrivateKeyInfo) {
          throw new KeyMaterialException("the private key is encrypted; give it unencrypted");
        }
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
      throw new KeyMaterialException("the PRIVATE KEY block is broken");
    }
    throw new KeyMaterialException("no PRIVATE KEY block found");
  }

  static String write(List<X509Certificate> chain) {
    StringBuilder result = new StringBuilder();
    for (X509Certificate certificate : chain) {
      try {
        result.append(write("CERTIFICATE", certificate.getEncoded()));
      } catch (CertificateException e) {
        throw new KeyMaterialException("the certificate has no DER form", e);
      }
    }
    return result.toString();
  }

  static String write(PrivateKey key) {
    return write("PRIVATE KEY", key.getEncoded());
  }

  private static @Nullable Object next(PEMParser parser) throws IOException {
    try {
      return parser.readObject();
    } catch (RuntimeException e) {
      // BouncyCastle lets decoding errors through as they come.
      throw new IOException("not decodable");
    }
  }

  private static String write(String type, byte[] der) {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(type, der));
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return text.toString();
  }
}
