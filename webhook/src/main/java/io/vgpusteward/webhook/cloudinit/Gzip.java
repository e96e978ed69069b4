package io.vgpusteward.webhook.cloudinit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Compression of whole user-data documents, which cloud-init undoes once before it looks at them.
 */
final class Gzip {
  /** Bytes of content that anybody may make us unpack: eight times what a Secret can hold. */
  static final int LIMIT = 8 << 20;

  private Gzip() {}

  static boolean isGzip(byte[] bytes) {
    return bytes.length > 2 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b;
  }

  /** The content, or nothing where it is damaged or over {@link #LIMIT}. */
  static Optional<byte[]> unpack(byte[] bytes) {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      byte[] content = in.readNBytes(LIMIT + 1);
      return content.length > LIMIT ? Optional.empty() : Optional.of(content);
    } catch (IOException damaged) {
      return Optional.empty();
    }
  }

  /** The same content gives the same bytes: the header has no time and no name. */
  static byte[] pack(byte[] content) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(content);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }
}
