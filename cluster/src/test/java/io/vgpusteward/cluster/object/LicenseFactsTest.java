package io.vgpusteward.cluster.object;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.cluster.LicenseFact;
import io.vgpusteward.cluster.SecretObject;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class LicenseFactsTest {
  private static final String TOKEN = token("{\"exp\":1893456000}");

  static Stream<Arguments> secrets() {
    Optional<Instant> expires = Optional.of(Instant.parse("2030-01-01T00:00:00Z"));
    Optional<Instant> never = Optional.empty();
    return Stream.of(
        Arguments.of(Map.of("client_configuration_token.tok", TOKEN + "\n"), true, expires),
        Arguments.of(Map.of("a.tok", TOKEN, "gridd.conf", "FeatureType=1"), true, expires),
        Arguments.of(Map.of("a.tok", token("{}")), true, never),
        Arguments.of(Map.of("a.tok", "no token"), false, never),
        Arguments.of(Map.of("a.tok", TOKEN, "b.tok", TOKEN), false, never),
        Arguments.of(Map.of("gridd.conf", "FeatureType=1"), false, never),
        Arguments.of(Map.of(), false, never));
  }

  @ParameterizedTest
  @MethodSource("secrets")
  void of_tellsWhetherThereIsATokenAndNothingOfIt(
      Map<String, String> content, boolean hasToken, Optional<Instant> expires) {
    Map<String, byte[]> data = new HashMap<>();
    content.forEach((key, value) -> data.put(key, value.getBytes(UTF_8)));
    SecretObject secret =
        new SecretObject("team", "vgpu-license", "u", "1", Map.of(), List.of(), data);

    Map<String, LicenseFact> facts = LicenseFacts.of(Map.of("team", secret));

    assertThat(facts).containsExactly(Map.entry("team", new LicenseFact(hasToken, expires)));
  }

  private static String token(String payload) {
    return part("{\"alg\":\"RS256\"}") + "." + part(payload) + "." + part("signature");
  }

  private static String part(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }
}
