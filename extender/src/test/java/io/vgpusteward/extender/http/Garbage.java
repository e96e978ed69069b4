package io.vgpusteward.extender.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Bodies that were sound once. */
final class Garbage {
  private static final List<String> VALUES =
      List.of("null", "[]", "{}", "\"\"", "-1", "1.5", "1e999", "true", "\"\\ud800\"", "[[[[", "");

  private Garbage() {}

  static byte[] of(Random random, List<String> sound) {
    String body = sound.get(random.nextInt(sound.size()));
    return switch (random.nextInt(5)) {
      case 0 -> Arrays.copyOf(body.getBytes(UTF_8), random.nextInt(body.length()));
      case 1 -> bent(random, body.getBytes(UTF_8));
      case 2 -> replaced(random, body).getBytes(UTF_8);
      case 3 -> spliced(random, body, sound.get(random.nextInt(sound.size()))).getBytes(UTF_8);
      default -> noise(random);
    };
  }

  private static byte[] bent(Random random, byte[] body) {
    for (int i = 0; i <= random.nextInt(3); i++) {
      body[random.nextInt(body.length)] = (byte) random.nextInt(256);
    }
    return body;
  }

  /** With another value in some place. */
  private static String replaced(Random random, String body) {
    int colon = body.indexOf(':', random.nextInt(body.length()));
    int end = body.indexOf(random.nextBoolean() ? ',' : '}', Math.max(colon, 0));
    return colon < 0 || end < 0
        ? body
        : body.substring(0, colon + 1)
            + VALUES.get(random.nextInt(VALUES.size()))
            + body.substring(end);
  }

  private static String spliced(Random random, String one, String other) {
    return one.substring(0, random.nextInt(one.length()))
        + other.substring(random.nextInt(other.length()));
  }

  private static byte[] noise(Random random) {
    byte[] bytes = new byte[random.nextInt(200)];
    random.nextBytes(bytes);
    return bytes;
  }
}
