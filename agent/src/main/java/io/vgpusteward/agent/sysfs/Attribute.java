package io.vgpusteward.agent.sysfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
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
    // By hand, because InputStream's own methods believe the file's size.
    try (InputStream in = Files.newInputStream(file)) {
      for (int more = read(in, bytes, 0); more > 0; more = read(in, bytes, length)) {
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

  private static int read(InputStream in, byte[] bytes, int length) throws IOException {
    int more = in.read(bytes, length, bytes.length - length);
    return more == 0 ? nothing() : more;
  }

  /**
   * Writes a value by one write(2). The file must be there: O_WRONLY, no O_CREAT and no O_TRUNC. An
   * interrupt of the thread ends it, perhaps after the driver has taken the value.
   */
  static void write(Path file, String value) throws IOException {
    ByteBuffer bytes = UTF_8.encode(value);
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      if (channel.write(bytes) == 0) {
        nothing();
      }
      if (bytes.hasRemaining()) {
        throw new IOException("only a part was taken");
      }
    }
  }

  /** What Java makes of EAGAIN, which it has no exception for. */
  private static int nothing() throws IOException {
    throw new IOException("Resource temporarily unavailable");
  }
}
