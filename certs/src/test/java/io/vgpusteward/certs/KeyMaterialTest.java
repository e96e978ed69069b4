package io.vgpusteward.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyMaterialTest {
  private final TestClock clock = new TestClock();
  private final CertificateAuthority authority = CertificateAuthority.create("test CA", clock);
  private final KeyMaterial leaf = authority.issue("steward", SubjectNames.of("localhost"));

  @Test
  void checked_readsWhatWasWritten() {
    KeyMaterial read =
        KeyMaterial.checked(leaf.certificatePem(), leaf.privateKeyPem(), clock.instant());
    assertThat(read).isEqualTo(leaf).hasSameHashCodeAs(leaf);
    assertThat(leaf.privateKeyPem()).startsWith("-----BEGIN PRIVATE KEY-----");
  }

  @Test
  void checked_keepsTheWholeChain() {
    String chain = leaf.certificatePem() + authority.certificatePem();
    assertThat(KeyMaterial.checked(chain, leaf.privateKeyPem(), clock.instant()).certificatePem())
        .isEqualTo(chain);
  }

  @Test
  void checked_readsAKeyAsOpensslEcparamWritesIt() throws Exception {
    // RFC 5915, with the curve inside: what the JDK itself writes leaves the curve to PKCS #8.
    ECPrivateKey key = (ECPrivateKey) leaf.privateKey();
    byte[] der =
        new org.bouncycastle.asn1.sec.ECPrivateKey(256, key.getS(), SECObjectIdentifiers.secp256r1)
            .getEncoded();
    assertThat(
            KeyMaterial.checked(
                leaf.certificatePem(), pem(new PemObject("EC PRIVATE KEY", der)), clock.instant()))
        .isEqualTo(leaf);
  }

  @Test
  void privateKey_readsRsaInItsTraditionalForm() throws Exception {
    PrivateKey rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
    String text = pem(rsa);
    assertThat(text).startsWith("-----BEGIN RSA PRIVATE KEY-----");
    assertThat(Pem.privateKey(text)).isEqualTo(rsa);
  }

  @Test
  void checked_withTheKeyOfAnother_isRefused() {
    KeyMaterial other = authority.issue("steward", SubjectNames.of("localhost"));
    assertRefused(leaf.certificatePem(), other.privateKeyPem())
        .hasMessage("the private key does not belong to the certificate");
  }

  @Test
  void checked_withTheKeyOfAnotherAlgorithm_isRefused() throws Exception {
    PrivateKey rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
    assertRefused(leaf.certificatePem(), Pem.write(rsa))
        .hasMessage("the private key does not belong to the certificate");
  }

  @Test
  void checked_withAnEncryptedKey_isRefused() throws Exception {
    String text =
        pem(
            new JcaPKCS8Generator(
                leaf.privateKey(),
                new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                    .setProvider(new BouncyCastleProvider())
                    .setRandom(new SecureRandom())
                    .setPassword("open sesame".toCharArray())
                    .build()));
    assertRefused(leaf.certificatePem(), text)
        .hasMessage("the private key is encrypted; give it unencrypted");
  }

  @Test
  void checked_afterTheEnd_isRefused() {
    clock.move(Duration.ofDays(91));
    assertRefused(leaf.certificatePem(), leaf.privateKeyPem())
        .hasMessage("the certificate expired at 2027-02-19T10:00:00Z");
  }

  @Test
  void checked_beforeTheBeginning_isRefused() {
    clock.move(Duration.ofHours(-2));
    assertRefused(leaf.certificatePem(), leaf.privateKeyPem())
        .hasMessage("the certificate is not valid before 2026-11-21T09:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no PEM at all",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n"
      })
  void checked_withABrokenCertificate_isRefused(String pem) {
    assertRefused(pem, leaf.privateKeyPem()).hasMessageContaining("CERTIFICATE block");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no PEM at all",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEG\n-----END PRIVATE KEY-----\n",
        "-----BEGIN EC PRIVATE KEY-----\n%%%\n-----END EC PRIVATE KEY-----\n"
      })
  void checked_withABrokenKey_isRefusedWithoutQuotingIt(String pem) {
    assertRefused(leaf.certificatePem(), pem)
        .hasMessageContaining("PRIVATE KEY block")
        .hasNoCause();
  }

  @Test
  void toString_showsNoKey() {
    String body = leaf.privateKeyPem().lines().skip(1).findFirst().orElseThrow();
    assertThat(leaf.toString())
        .isEqualTo(
            "certificate of CN=steward, O=vgpu-steward for localhost until 2027-02-19T10:00:00Z")
        .doesNotContain(body);
  }

  private static String pem(Object block) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(block);
    }
    return text.toString();
  }

  private AbstractThrowableAssert<?, ?> assertRefused(String certificate, String key) {
    return assertThatThrownBy(() -> KeyMaterial.checked(certificate, key, clock.instant()))
        .isInstanceOf(KeyMaterialException.class);
  }
}
