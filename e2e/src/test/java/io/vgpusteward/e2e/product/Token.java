package io.vgpusteward.e2e.product;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Random;

/** A client configuration token of the real one's form and size; it licenses nothing. */
record Token(String text) {
  static final Token FIRST = of(1);
  static final Token RENEWED = of(2);

  private static Token of(int seed) {
    Random random = new Random(seed);
    String header = "{\"alg\": \"RS256\", \"typ\": \"JWT\"}";
    String claims =
        "{\"jti\": \"" + seed + "\", \"service_instance\": \"" + random(random, 1_300) + "\"}";
    return new Token(base64(header) + "." + base64(claims) + "." + random(random, 256));
  }

  /** The Secret that brings it into a namespace. */
  String license() {
    return Manifest.of("license.yaml").replace("${TOKEN}", text);
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  private static String random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
