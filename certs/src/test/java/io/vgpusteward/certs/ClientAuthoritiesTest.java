package io.vgpusteward.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClientAuthoritiesTest {
  @TempDir Path folder;
  private final TestClock clock = new TestClock();
  private final CertificateAuthority old = CertificateAuthority.create("old CA", clock);
  private final CertificateAuthority fresh = CertificateAuthority.create("new CA", clock);

  @Test
  void file_mayHoldSeveral() throws IOException {
    Files.writeString(file(), "# both\n" + old.certificatePem() + fresh.certificatePem());
    ClientAuthorities found = read();
    assertThat(found.certificates())
        .containsExactly(old.keyMaterial().certificate(), fresh.keyMaterial().certificate());
    assertThat(found.pem()).isEqualTo(old.certificatePem() + fresh.certificatePem());
    assertThat(found.toString()).contains("CN=old CA", "CN=new CA", "until 2036-");
  }

  @Test
  void file_isReadAnew() throws IOException {
    Files.writeString(file(), old.certificatePem());
    ClientAuthorities first = read();
    assertThat(read()).isEqualTo(first).isEqualTo(ClientAuthorities.of(old));
    Files.writeString(file(), fresh.certificatePem());
    assertThat(read()).isNotEqualTo(first);
  }

  @Test
  void file_thatIsOfNoUse_isNamed() throws IOException {
    assertThatThrownBy(this::read).hasMessage("cannot read " + file() + ": no such file");
    Files.writeString(file(), "nothing");
    assertThatThrownBy(this::read)
        .isInstanceOf(KeyMaterialException.class)
        .hasMessage(file() + ": no CERTIFICATE block found");
  }

  @Test
  void one_thatIsValid_isEnough() {
    ClientAuthorities first = ClientAuthorities.of(old);
    clock.move(CertificateAuthority.AUTHORITY_LIFETIME.plus(Duration.ofDays(1)));
    ClientAuthorities later = ClientAuthorities.of(CertificateAuthority.create("later", clock));
    assertThatThrownBy(() -> first.checkValidAt(clock.instant()))
        .isInstanceOf(KeyMaterialException.class)
        .hasMessageStartingWith(
            "no client authority is valid now: CN=old CA, O=vgpu-steward until");
    new ClientAuthorities(List.of(first.certificates().getFirst(), later.certificates().getFirst()))
        .checkValidAt(clock.instant());
  }

  private ClientAuthorities read() {
    return ClientAuthorities.file(file(), clock).get();
  }

  private Path file() {
    return folder.resolve("ca.crt");
  }
}
