package io.vgpusteward.webhook.license;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.webhook.guest.LicenseKind;
import io.vgpusteward.webhook.license.LicenseSecret.Malformed;
import io.vgpusteward.webhook.license.LicenseSecret.Usable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LicenseSecretTest {
  private static final String MARK = "TopSecretMark";
  private static final String TOKEN = Tokens.named(MARK);

  private static LicenseSecret parse(Map<String, String> data) {
    Map<String, byte[]> bytes = new HashMap<>();
    data.forEach((key, value) -> bytes.put(key, value.getBytes(StandardCharsets.UTF_8)));
    return parseBytes(bytes);
  }

  private static LicenseSecret parseBytes(Map<String, byte[]> data) {
    return LicenseSecret.parse(
        new SecretObject("team", "vgpu-license", "uid", "1", Map.of(), List.of(), data));
  }

  private static Usable usable(LicenseSecret license) {
    assertThat(license).isInstanceOf(Usable.class);
    return (Usable) license;
  }

  private static String reason(LicenseSecret license) {
    assertThat(license).isInstanceOf(Malformed.class);
    return ((Malformed) license).reason();
  }

  @Test
  void token_underAnyTokKey_isTakenWithoutSurroundingWhitespace() {
    for (String key :
        List.of("client_configuration_token.tok", "client_configuration_token_11-21-2026.tok")) {
      Usable license = usable(parse(Map.of(key, "\r\n " + TOKEN + "\n\n", "README", "x")));

      assertThat(license.license(LicenseKind.VGPU).token())
          .isEqualTo(TOKEN.getBytes(StandardCharsets.UTF_8));
      assertThat(license.expires()).contains(Tokens.IN_TWELVE_YEARS);
    }
  }

  @Test
  void expiry_absent_isNever() {
    for (String payload : List.of("{}", "{\"exp\":null}")) {
      Usable license = usable(parse(Map.of("a.tok", Tokens.withPayload(payload))));
      assertThat(license.expires()).isEmpty();
    }
  }

  @Test
  void expiry_isReadWhereverANumberOfSecondsMakesSense() {
    assertThat(usable(parse(Map.of("a.tok", Tokens.withPayload("{\"exp\":1.5e9}")))).expires())
        .contains(Instant.ofEpochSecond(1_500_000_000));
    assertThat(
            usable(parse(Map.of("a.tok", Tokens.withPayload("{\"exp\":" + Long.MAX_VALUE + "}"))))
                .expires())
        .contains(Instant.MAX);
  }

  @Test
  void griddConf_ownOrByKind() {
    Usable without = usable(parse(Map.of("a.tok", TOKEN)));
    Usable with = usable(parse(Map.of("a.tok", TOKEN, "gridd.conf", "FeatureType=4\n")));

    assertThat(without.license(LicenseKind.VGPU).griddConf())
        .asString()
        .isEqualTo("FeatureType=1\n");
    assertThat(without.license(LicenseKind.WORKSTATION).griddConf())
        .asString()
        .isEqualTo("FeatureType=2\n");
    assertThat(with.license(LicenseKind.WORKSTATION).griddConf())
        .asString()
        .isEqualTo("FeatureType=4\n");
  }

  @Test
  void griddConf_ofTheLargestSize_isTaken() {
    usable(parse(Map.of("a.tok", TOKEN, "gridd.conf", "x".repeat(LicenseSecret.MAX_GRIDD_CONF))));
  }

  @Test
  void griddConf_thatIsNoTextOrTooLong_isRefused() {
    for (byte[] bad :
        List.of(
            new byte[LicenseSecret.MAX_GRIDD_CONF + 1],
            new byte[] {'a', 0, 'b'},
            new byte[] {(byte) 0xff, (byte) 0xfe})) {
      assertThat(
              reason(
                  parseBytes(
                      Map.of("a.tok", TOKEN.getBytes(StandardCharsets.UTF_8), "gridd.conf", bad))))
          .contains("gridd.conf")
          .contains("correct or remove");
    }
  }

  static Stream<Arguments> badTokens() {
    String header = Tokens.part("{\"alg\":\"RS256\"}");
    String payload = Tokens.part("{\"jti\":\"" + MARK + "\"}");
    return Stream.of(
        Arguments.of("empty", "", "three parts"),
        Arguments.of("no JWT", MARK, "three parts"),
        Arguments.of("two parts", header + "." + payload, "three parts"),
        Arguments.of("four parts", header + "." + payload + ".a.b", "three parts"),
        Arguments.of("no base64url", MARK + "!." + payload + ".c2ln", "header"),
        Arguments.of("header not JSON", Tokens.part(MARK) + "." + payload + ".c2ln", "header"),
        Arguments.of(
            "header not an object", Tokens.part("[1]") + "." + payload + ".c2ln", "header"),
        Arguments.of("payload not JSON", header + "." + Tokens.part(MARK) + ".c2ln", "payload"),
        Arguments.of(
            "payload with more after it",
            header + "." + Tokens.part("{} " + MARK) + ".c2ln",
            "payload"),
        Arguments.of("no signature", header + "." + payload + ".", "signature"),
        Arguments.of("line feed within", header + ".\n" + payload + ".c2ln", "payload"),
        Arguments.of("not ASCII", header + "." + payload + ".é", "signature"),
        Arguments.of(
            "exp a word",
            header + "." + Tokens.part("{\"exp\":\"" + MARK + "\"}") + ".c2ln",
            "exp in its payload"),
        Arguments.of(
            "exp beyond all years",
            header + "." + Tokens.part("{\"exp\":1e300}") + ".c2ln",
            "exp in its payload"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badTokens")
  void badToken_isRefusedWithKeyAndCureAndNoContent(String name, String token, String word) {
    LicenseSecret license = parse(Map.of("a.tok", token));

    assertThat(reason(license))
        .contains("a.tok")
        .contains(word)
        .contains("NVIDIA License System")
        .doesNotContain(MARK);
  }

  @Test
  void noTokKey_isRefusedWithTheNameToUse() {
    assertThat(reason(parse(Map.of("token", TOKEN)))).contains("client_configuration_token.tok");
  }

  @Test
  void severalTokKeys_areNamed() {
    assertThat(reason(parse(Map.of("b.tok", TOKEN, "a.tok", TOKEN))))
        .contains("a.tok, b.tok")
        .doesNotContain(TOKEN);
  }

  @Test
  void toString_revealsNothing() {
    assertThat(parse(Map.of("a.tok", TOKEN)).toString())
        .isEqualTo("Usable[expires=Optional[2038-11-21T00:00:00Z]]");
  }
}
