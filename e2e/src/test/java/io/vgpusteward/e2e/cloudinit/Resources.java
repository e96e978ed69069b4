package io.vgpusteward.e2e.cloudinit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The files beside these tests, by path from this package. */
final class Resources {
  private Resources() {}

  static byte[] bytes(String path) {
    try (InputStream in = Objects.requireNonNull(Resources.class.getResourceAsStream(path), path)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }

  static String text(String path) {
    return new String(bytes(path), UTF_8);
  }
}
