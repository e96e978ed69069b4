package io.vgpusteward.webhook.cloudinit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Header;
import org.apache.james.mime4j.field.Fields;
import org.apache.james.mime4j.message.BasicBodyFactory;
import org.apache.james.mime4j.message.BodyPart;
import org.apache.james.mime4j.message.DefaultMessageWriter;
import org.apache.james.mime4j.message.HeaderImpl;
import org.apache.james.mime4j.message.MessageImpl;
import org.apache.james.mime4j.message.MultipartImpl;
import org.apache.james.mime4j.stream.NameValuePair;

/**
 * A {@code multipart/mixed} message that depends on its parts alone: no date, no Message-ID, and a
 * boundary that is computed from the parts and occurs in none of them. Not thread-safe.
 */
final class MimeDocument {
  private final MultipartImpl parts = new MultipartImpl("mixed");
  private final ByteArrayOutputStream verbatim = new ByteArrayOutputStream();

  /** Adds a part of these bytes; base64 keeps every one of them. */
  MimeDocument addPart(String type, byte[] content) {
    parts.addBodyPart(part(type, content));
    return this;
  }

  /** The same with a file name. */
  MimeDocument addPart(String type, byte[] content, String name) {
    BodyPart part = part(type, content);
    part.getHeader().addField(Fields.contentDisposition("attachment", name));
    parts.addBodyPart(part);
    return this;
  }

  /** Adds a whole MIME entity, headers and body, as it is: a multipart must not be encoded. */
  MimeDocument addEntity(byte[] entity) {
    parts.addBodyPart(new VerbatimPart(entity));
    verbatim.writeBytes(entity);
    return this;
  }

  byte[] toBytes() {
    var message = new MessageImpl();
    message.setHeader(new HeaderImpl());
    message.setBody(parts);
    message.getHeader().addField(Fields.version("1.0"));
    message
        .getHeader()
        .addField(Fields.contentType("multipart/mixed", new NameValuePair("boundary", boundary())));
    var bytes = new ByteArrayOutputStream();
    try {
      new VerbatimWriter().writeMessage(message, bytes);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static BodyPart part(String type, byte[] content) {
    Header header = new HeaderImpl();
    header.addField(Fields.contentType(type));
    header.addField(Fields.contentTransferEncoding("base64"));
    var part = new BodyPart();
    part.setHeader(header);
    part.setBody(BasicBodyFactory.INSTANCE.binaryBody(content));
    return part;
  }

  /** Base64 has no hyphen, so only what is verbatim can hold a boundary. */
  private String boundary() {
    byte[] content = verbatim.toByteArray();
    String text = new String(content, ISO_8859_1);
    byte[] digest = sha256(content);
    while (true) {
      String boundary = "vgpu-steward-" + HexFormat.of().formatHex(digest, 0, 16);
      if (!text.contains(boundary)) {
        return boundary;
      }
      digest = sha256(digest);
    }
  }

  private static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static final class VerbatimPart extends BodyPart {
    private final byte[] bytes;

    VerbatimPart(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  private static final class VerbatimWriter extends DefaultMessageWriter {
    @Override
    public void writeEntity(Entity entity, OutputStream out) throws IOException {
      if (entity instanceof VerbatimPart part) {
        out.write(part.bytes);
      } else {
        super.writeEntity(entity, out);
      }
    }
  }
}
