package io.vgpusteward.e2e.product;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a guest's Secret holds: the message as stored, and its parts as cloud-init decodes them. */
record GuestUserData(String message, String parts) {
  private static final Pattern BASE64_PART =
      Pattern.compile("Content-Transfer-Encoding: base64\r?\n(?:\\S.*\r?\n)*\r?\n([^-]+)");

  static GuestUserData ofBase64(String stored) {
    return of(Base64.getDecoder().decode(stored));
  }

  static GuestUserData of(byte[] bytes) {
    String message = new String(bytes, UTF_8);
    StringBuilder parts = new StringBuilder();
    Matcher matcher = BASE64_PART.matcher(message);
    while (matcher.find()) {
      parts.append(new String(Base64.getMimeDecoder().decode(matcher.group(1)), UTF_8));
    }
    return new GuestUserData(message, parts.toString());
  }

  /** Whether the script in it puts this token in place. */
  boolean licenses(Token token) {
    return parts.contains(Base64.getEncoder().encodeToString(token.text().getBytes(UTF_8)));
  }

  /** Whether the user's own data is in it, as it is or encoded. */
  boolean carries(String userData) {
    return message.contains(userData) || parts.contains(userData);
  }
}
