package io.vgpusteward.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CertificateAuthorityTest {
  private final TestClock clock = new TestClock();
  private final CertificateAuthority authority = CertificateAuthority.create("test CA", clock);

  @Test
  void create_livesTenYearsFromAnHourAgo() {
    KeyMaterial own = authority.keyMaterial();
    assertThat(own.notBefore()).isEqualTo(clock.instant().minus(Duration.ofHours(1)));
    assertThat(own.notAfter()).isEqualTo(clock.instant().plus(Duration.ofDays(3653)));
    assertThat(own.certificate().getBasicConstraints()).isZero();
    assertThat(own.certificate().getPublicKey()).isInstanceOf(ECPublicKey.class);
  }

  @Test
  void issue_livesNinetyDaysAndCarriesItsNames() {
    SubjectNames names = SubjectNames.of("localhost", "steward.ns.svc", "127.0.0.1", "::1");
    KeyMaterial leaf = authority.issue("steward", names);
    assertThat(leaf.notBefore()).isEqualTo(clock.instant().minus(Duration.ofHours(1)));
    assertThat(leaf.notAfter()).isEqualTo(clock.instant().plus(Duration.ofDays(90)));
    assertThat(leaf.subjectNames()).isEqualTo(names);
    assertThat(leaf.subjectNames().dns()).containsExactly("localhost", "steward.ns.svc");
    assertThat(leaf.subjectNames().ip()).containsExactly("0:0:0:0:0:0:0:1", "127.0.0.1");
  }

  @Test
  void issueClient_isForTlsClientsAndHasNoNames() throws Exception {
    KeyMaterial client = authority.issueClient("scheduler");
    assertThat(client.certificate().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    assertThat(client.subjectNames().dns()).isEmpty();
    assertThat(authority.issued(client.certificate())).isTrue();
  }

  @Test
  void issue_isTrustedByWhoTrustsTheAuthority() throws Exception {
    KeyMaterial leaf = authority.issue("steward", SubjectNames.of("localhost"));
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", authority.keyMaterial().certificate());
    PKIXParameters parameters = new PKIXParameters(trusted);
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(clock.instant()));
    assertThat(
            CertPathValidator.getInstance("PKIX")
                .validate(
                    CertificateFactory.getInstance("X.509")
                        .generateCertPath(List.of(leaf.certificate())),
                    parameters))
        .isNotNull();
  }

  @Test
  void issue_doesNotOutliveTheAuthority() {
    clock.move(CertificateAuthority.AUTHORITY_LIFETIME.minus(Duration.ofDays(10)));
    assertThat(authority.issue("steward", SubjectNames.of("localhost")).notAfter())
        .isEqualTo(authority.keyMaterial().notAfter());
  }

  @Test
  void issued_tellsItsOwnFromAnothers() {
    CertificateAuthority other = CertificateAuthority.create("test CA", clock);
    KeyMaterial leaf = authority.issue("steward", SubjectNames.of("localhost"));
    assertThat(authority.issued(leaf.certificate())).isTrue();
    assertThat(other.issued(leaf.certificate())).isFalse();
  }

  @Test
  void load_isTheSameAuthorityAgain() {
    KeyMaterial own = authority.keyMaterial();
    CertificateAuthority loaded =
        CertificateAuthority.load(own.certificatePem(), own.privateKeyPem(), clock);
    KeyMaterial leaf = loaded.issue("steward", SubjectNames.of("localhost"));
    assertThat(authority.issued(leaf.certificate())).isTrue();
    assertThat(loaded.certificatePem()).isEqualTo(authority.certificatePem());
  }

  @Test
  void load_ofALeaf_isRefused() {
    KeyMaterial leaf = authority.issue("steward", SubjectNames.of("localhost"));
    assertThatThrownBy(
            () -> CertificateAuthority.load(leaf.certificatePem(), leaf.privateKeyPem(), clock))
        .isInstanceOf(KeyMaterialException.class)
        .hasMessage("the certificate is not a certificate authority's");
  }
}
