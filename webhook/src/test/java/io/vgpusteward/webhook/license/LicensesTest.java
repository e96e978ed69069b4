package io.vgpusteward.webhook.license;

import static io.vgpusteward.webhook.license.Scene.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.SecretObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LicensesTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  private final MemoryCluster cluster = new MemoryCluster();
  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final InstantSource clock = now::get;
  private final Licenses licenses = new Licenses(cluster, "vgpu-system", clock);

  @AfterEach
  void close() {
    cluster.close();
  }

  private SecretObject put(String namespace, String token) {
    return cluster.put(namespace, Keys.LICENSE_SECRET, Map.of(), Map.of("a.tok", bytes(token)));
  }

  private LicenseLookup.Found found(String namespace) {
    return (LicenseLookup.Found) licenses.of(namespace);
  }

  private LicenseLookup.Lacking lacking(String namespace) {
    return (LicenseLookup.Lacking) licenses.of(namespace);
  }

  @Test
  void own_goesBeforeTheDefault() {
    put("vgpu-system", Tokens.named("default"));
    put("team", Tokens.named("own"));

    assertThat(found("team").namespace()).isEqualTo("team");
    assertThat(found("other").namespace()).isEqualTo("vgpu-system");
    assertThat(licenses.usesDefault("team")).isFalse();
    assertThat(licenses.usesDefault("other")).isTrue();
  }

  @Test
  void none_isMissingWithBothPlacesNamed() {
    LicenseLookup.Lacking lacking = lacking("team");

    assertThat(lacking.problem()).isEqualTo(Problem.LICENSE_MISSING);
    assertThat(lacking.note()).contains("in namespace team").contains("in vgpu-system");
  }

  @Test
  void ownMalformed_isNotPaperedOverWithTheDefault() {
    put("vgpu-system", Tokens.named("default"));
    put("team", "rubbish");

    assertThat(lacking("team").problem()).isEqualTo(Problem.LICENSE_MALFORMED);
    assertThat(lacking("team").note()).startsWith("Secret team/vgpu-license: key a.tok");
  }

  @Test
  void expiry_countsFromItsVerySecond() {
    put("team", Tokens.expiring("own", NOON.plusSeconds(1)));
    assertThat(found("team").expires()).contains(NOON.plusSeconds(1));

    now.set(NOON.plusSeconds(1));

    assertThat(lacking("team").problem()).isEqualTo(Problem.LICENSE_EXPIRED);
    assertThat(lacking("team").note()).contains("2026-11-21T12:00:01Z").contains("replace it");
  }

  @Test
  void sameVersion_isParsedOnce() {
    put("team", Tokens.named("own"));
    LicenseSecret.Usable first = found("team").license();

    assertThat(found("team").license()).isSameAs(first);
    put("team", Tokens.named("own"));
    assertThat(found("team").license()).isNotSameAs(first);
  }

  @Test
  void expiries_areThoseOfSecretsThatExist() {
    put("team", Tokens.expiring("own", NOON));
    put("other", Tokens.withPayload("{}"));
    List.of("team", "other", "third").forEach(licenses::of);
    assertThat(licenses.expiries()).containsExactly(Map.entry("team", NOON));

    cluster.drop("team", Keys.LICENSE_SECRET);
    licenses.of("team");

    assertThat(licenses.expiries()).isEmpty();
  }
}
