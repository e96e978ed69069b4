package io.vgpusteward.e2e.cloudinit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vgpusteward.webhook.cloudinit.UserData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * User data as somebody would write it and what it must do to a guest: the lines that its steps
 * leave in {@code /effects}, in their order. The folder {@code user-data} has one folder per case.
 */
record UserDataCase(String name, UserData userData, String effects) {

  /** Cases as they lie in their folders. */
  private static final String[] WRITTEN = {
    "cloud-config",
    "cloud-config-that-mentions-mime",
    "cloud-config-behind-blank-lines",
    "cloud-config-archive",
    "cloud-config-jsonp",
    "script",
    "script-of-another-interpreter",
    "include",
    "include-once",
    "boothook",
    "part-handler",
    "jinja-cloud-config",
    "jinja-script",
    "multipart",
    "multipart-with-a-part-handler",
    "multipart-as-mail",
    "multipart-without-an-end",
    "message-of-one-part",
    "empty",
  };

  /** All cases that a licence can be joined to. */
  static Stream<UserDataCase> all() {
    return Stream.concat(
        Stream.of(WRITTEN).map(UserDataCase::written),
        Stream.of(
            written("cloud-config").with("CRLF", UserDataCase::crlf),
            written("script").with("CRLF", UserDataCase::crlf),
            written("multipart").with("CRLF", UserDataCase::crlf),
            written("cloud-config").with("gzip", UserDataCase::gzip),
            written("script").with("gzip", UserDataCase::gzip),
            written("multipart").with("gzip", UserDataCase::gzip),
            written("multipart").with("CRLF, gzip", bytes -> gzip(crlf(bytes))),
            written("empty").with("blank", bytes -> " \n".getBytes(UTF_8)),
            scriptInLatin1()));
  }

  static UserDataCase written(String name) {
    String folder = "user-data/" + name + "/";
    return new UserDataCase(
        name,
        UserData.of(Resources.bytes(folder + "user-data")),
        Resources.text(folder + "effects"));
  }

  UserDataCase with(String change, UnaryOperator<byte[]> bytes) {
    return new UserDataCase(
        name + ", " + change, UserData.of(bytes.apply(userData.bytes())), effects);
  }

  private static UserDataCase scriptInLatin1() {
    String script = "#!/bin/sh\necho Grüße >>/effects\n";
    return new UserDataCase("script in Latin-1", UserData.of(script.getBytes(ISO_8859_1)), "");
  }

  private static byte[] crlf(byte[] bytes) {
    return new String(bytes, UTF_8).replace("\n", "\r\n").getBytes(UTF_8);
  }

  private static byte[] gzip(byte[] bytes) {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  @Override
  public String toString() {
    return name;
  }
}
