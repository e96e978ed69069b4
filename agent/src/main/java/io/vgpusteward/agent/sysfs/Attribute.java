package io.vgpusteward.agent.sysfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A file of sysfs: its size says nothing, and each write(2) to it is a whole value. */
final class Attribute {
  /** A page, which an attribute never exceeds, is 64 KiB on some arm64 kernels. */
  static final int MOST_BYTES = 64 * 1024;

  private static final int CHUNK_BYTES = 4096;

  private Attribute() {}

  /** All of it. */
  static String read(Path file) throws IOException {
    byte[] bytes = new byte[CHUNK_BYTES];
    int length = 0;
    try (InputStream in = Files.newInputStream(file)) {
      // By hand, because InputStream's own methods believe the file's size.
      for (int more = 0; more >= 0; more = in.read(bytes, length, bytes.length - length)) {
        length += more;
        if (length > MOST_BYTES) {
          throw new IOException("longer than " + MOST_BYTES + " bytes");
        }
        if (length == bytes.length) {
          bytes = Arrays.copyOf(bytes, 2 * length);
        }
      }
    }
    return new String(bytes, 0, length, UTF_8);
  }

  /**
   * Writes a value by one write(2). The file must be there (O_WRONLY, no O_CREAT and no O_TRUNC),
   * and an interrupt of the thread does not disturb it.
   */
  static void write(Path file, String value) throws IOException {
    try (OutputStream out = Files.newOutputStream(file, WRITE)) {
      out.write(value.getBytes(UTF_8));
    }
  }
}
