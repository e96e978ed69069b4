package io.vgpusteward.server.demo;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.message.DefaultMessageBuilder;

/** The parts of a guest's user data as text that a person may see: without the token. */
final class UserDataParts {
  private static final String REDACTED = "<the token, redacted>";

  private UserDataParts() {}

  /** One part. */
  record Part(String contentType, String text) {}

  /**
   * Takes a composed document apart.
   *
   * @param token what must not be shown, in any of the forms that it stands in
   */
  static List<Part> of(byte[] document, byte[] token) throws IOException {
    List<Part> parts = new ArrayList<>();
    try (InputStream in = inflated(document)) {
      collect(new DefaultMessageBuilder().parseMessage(in), token, parts);
    }
    return parts;
  }

  /** A document is compressed where the user's data was. */
  private static InputStream inflated(byte[] document) throws IOException {
    InputStream in = new ByteArrayInputStream(document);
    boolean gzip = document.length > 1 && document[0] == 0x1f && document[1] == (byte) 0x8b;
    return gzip ? new GZIPInputStream(in) : in;
  }

  private static void collect(Entity entity, byte[] token, List<Part> parts) throws IOException {
    if (entity.getBody() instanceof Multipart multipart) {
      for (Entity part : multipart.getBodyParts()) {
        collect(part, token, parts);
      }
    } else if (entity.getBody() instanceof SingleBody body) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      body.writeTo(bytes);
      parts.add(
          new Part(entity.getMimeType(), redact(bytes.toString(StandardCharsets.UTF_8), token)));
    }
  }

  private static String redact(String text, byte[] token) {
    String plain = new String(token, StandardCharsets.UTF_8).strip();
    String stripped = Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    return text.replace(Base64.getEncoder().encodeToString(token), REDACTED)
        .replace(stripped, REDACTED)
        .replace(plain, REDACTED);
  }
}
