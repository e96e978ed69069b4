package io.vgpusteward.e2e.cloudinit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vgpusteward.webhook.cloudinit.License;
import java.util.Base64;
import java.util.Random;

/** Licences of the real thing's shape and size, worth nothing. */
final class Licenses {
  static final License FIRST = license(1);
  static final License RENEWED = license(2);

  private Licenses() {}

  static String token(License license) {
    return new String(license.token(), UTF_8);
  }

  static String griddConf(License license) {
    return new String(license.griddConf(), UTF_8);
  }

  /** A JWT of about 2.7 kB: header, claims, RS256 signature, none of them decodable. */
  static License license(int seed) {
    var random = new Random(seed);
    String token = base64(random, 27) + "." + base64(random, 1720) + "." + base64(random, 256);
    return new License(
        token.getBytes(UTF_8), ("# licence " + seed + "\nFeatureType=1\n").getBytes(UTF_8));
  }

  private static String base64(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
