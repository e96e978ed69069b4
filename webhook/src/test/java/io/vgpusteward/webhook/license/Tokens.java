package io.vgpusteward.webhook.license;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Client configuration tokens of the size and shape of NVIDIA's. */
final class Tokens {
  static final Instant IN_TWELVE_YEARS = Instant.parse("2038-11-21T00:00:00Z");

  private static final Pattern IN_GUEST =
      Pattern.compile("printf %s '([^']*)' \\| base64 -d \\| \"\\$licence\" (token|gridd.conf)");

  private static final Pattern ENCODED =
      Pattern.compile(
          "Content-Transfer-Encoding: base64\r\n(?:\\S.*\r\n)*\r\n([A-Za-z0-9+/=\r\n]+)");

  private Tokens() {}

  /** One that its name tells from others. */
  static String named(String name) {
    return expiring(name, IN_TWELVE_YEARS);
  }

  static String expiring(String name, Instant at) {
    return withPayload("{\"jti\":\"" + name + "\",\"exp\":" + at.getEpochSecond() + "}");
  }

  static String withPayload(String payload) {
    return part("{\"typ\":\"JWT\",\"alg\":\"RS256\"}")
        + "."
        + part(payload + " ".repeat(1600))
        + "."
        + part("signature ".repeat(26));
  }

  static String part(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** User data with the parts of a multipart document decoded. */
  static String readable(byte[] userData) {
    return ENCODED
        .matcher(new String(userData, StandardCharsets.UTF_8))
        .replaceAll(part ->
            Matcher.quoteReplacement(
                new String(Base64.getMimeDecoder().decode(part.group(1)), StandardCharsets.UTF_8)));
  }

  /** The file of the licence that the user data brings into a guest; empty for none. */
  static String inGuest(String userData, String file) {
    Matcher matcher = IN_GUEST.matcher(userData);
    while (matcher.find()) {
      if (matcher.group(2).equals(file)) {
        return new String(Base64.getDecoder().decode(matcher.group(1)), StandardCharsets.UTF_8);
      }
    }
    return "";
  }
}
