package io.vgpusteward.webhook.cloudinit;

import static io.vgpusteward.webhook.cloudinit.UserDataFormat.BOOTHOOK;
import static io.vgpusteward.webhook.cloudinit.UserDataFormat.CLOUD_CONFIG;
import static io.vgpusteward.webhook.cloudinit.UserDataFormat.CLOUD_CONFIG_ARCHIVE;
import static io.vgpusteward.webhook.cloudinit.UserDataFormat.CLOUD_CONFIG_JSONP;
import static io.vgpusteward.webhook.cloudinit.UserDataFormat.EMPTY;
import static io.vgpusteward.webhook.cloudinit.UserDataFormat.GZIP;
import static io.vgpusteward.webhook.cloudinit.UserDataFormat.INCLUDE;
import static io.vgpusteward.webhook.cloudinit.UserDataFormat.INCLUDE_ONCE;
import static io.vgpusteward.webhook.cloudinit.UserDataFormat.JINJA;
import static io.vgpusteward.webhook.cloudinit.UserDataFormat.MULTIPART;
import static io.vgpusteward.webhook.cloudinit.UserDataFormat.PART_HANDLER;
import static io.vgpusteward.webhook.cloudinit.UserDataFormat.SCRIPT;
import static io.vgpusteward.webhook.cloudinit.UserDataFormat.UNKNOWN;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What real cloud-init makes of the same is in the end-to-end tests. */
class UserDataFormatTest {
  private static final String MULTIPART_MESSAGE =
      "Content-Type: multipart/mixed; boundary=b\nMIME-Version: 1.0\n\n--b\n\nGrüße\n--b--\n";

  static Stream<Arguments> texts() {
    return Stream.of(
        arguments("", EMPTY),
        arguments(" \n\t\u00a0", EMPTY),
        arguments("#cloud-config\nusers: []\n", CLOUD_CONFIG),
        arguments("#cloud-config", CLOUD_CONFIG),
        arguments("\n\u00a0 #Cloud-Config\r\n", CLOUD_CONFIG),
        arguments("#cloud-config-archive\n- a", CLOUD_CONFIG_ARCHIVE),
        arguments("#cloud-config-jsonp\n[]", CLOUD_CONFIG_JSONP),
        arguments("#!/bin/sh\n", SCRIPT),
        arguments("#include\nhttps://example.org/", INCLUDE),
        arguments("#include https://example.org/", INCLUDE),
        arguments("#include-once\nhttps://example.org/", INCLUDE_ONCE),
        arguments("#cloud-boothook\n", BOOTHOOK),
        arguments("#part-handler\n", PART_HANDLER),
        arguments("## template: jinja\n#cloud-config\n", JINJA),
        arguments(MULTIPART_MESSAGE, MULTIPART),
        arguments(MULTIPART_MESSAGE.replace("\n", "\r\n"), MULTIPART),
        arguments("From nobody Fri Nov 20 10:00:00 2026\n" + MULTIPART_MESSAGE, MULTIPART),
        arguments("mime-version: 1.0\nContent-Type: text/x-shellscript\n\n#!/bin/sh", MULTIPART),
        arguments("#cloud-config\n# MIME-Version: 1.0\n", CLOUD_CONFIG),
        arguments("\n" + MULTIPART_MESSAGE, UNKNOWN),
        arguments("Content-Type: multipart/mixed; boundary=b\n\n--b--\n", UNKNOWN),
        arguments("X: " + "x".repeat(4096) + "\n" + MULTIPART_MESSAGE, UNKNOWN),
        arguments("users: []\n", UNKNOWN),
        arguments("\ufeff#cloud-config\n", UNKNOWN),
        arguments("{\"ignition\": {\"version\": \"3.4.0\"}}", UNKNOWN),
        arguments("#ps1_sysnative\n", UNKNOWN));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void tellsTheFormatAsCloudInitDoes(String text, UserDataFormat format) {
    assertThat(UserDataFormat.of(utf8(text))).isEqualTo(format);
  }

  @ParameterizedTest
  @MethodSource("texts")
  void compressedDataIsWorthWhatIsInIt(String text, UserDataFormat inner) {
    assertThat(UserDataFormat.of(UserData.of(Gzip.pack(text.getBytes(UTF_8)))))
        .isEqualTo(inner.isComposable() ? GZIP : UNKNOWN);
  }

  @Test
  void scriptMayHoldBytesThatAreNoText() {
    assertThat(UserDataFormat.of(latin1("#!/bin/sh\necho é\n"))).isEqualTo(SCRIPT);
  }

  @Test
  void multipartThatIsNoTextIsUnknownBecauseCloudInitDiesOfIt() {
    assertThat(UserDataFormat.of(latin1(MULTIPART_MESSAGE))).isEqualTo(UNKNOWN);
  }

  @Test
  void damagedCompressionIsUnknown() {
    byte[] packed = Gzip.pack("#cloud-config\nusers: []\n".getBytes(UTF_8));

    assertThat(UserDataFormat.of(UserData.of(Arrays.copyOf(packed, packed.length - 9))))
        .isEqualTo(UNKNOWN);
  }

  @Test
  void compressedTwiceIsUnknownBecauseCloudInitUnpacksOnce() {
    byte[] twice = Gzip.pack(Gzip.pack("#cloud-config\n".getBytes(UTF_8)));

    assertThat(UserDataFormat.of(UserData.of(twice))).isEqualTo(UNKNOWN);
  }

  @Test
  void bombIsUnknown() {
    byte[] bomb = Gzip.pack(("#cloud-config\n" + "#".repeat(Gzip.LIMIT)).getBytes(UTF_8));

    assertThat(bomb).hasSizeLessThan(20_000);
    assertThat(UserDataFormat.of(UserData.of(bomb))).isEqualTo(UNKNOWN);
  }

  static Stream<Arguments> descriptions() {
    return Stream.of(
        arguments("#cloud-config\n", "a cloud-config"),
        arguments("{\"ignition\": {\"version\": \"3.4.0\"}}", "Ignition"),
        arguments("variant: fcos\nversion: 1.5.0\n", "Butane, the source form of Ignition"),
        arguments(
            "version: v1alpha1\npersist: true\nmachine:\n  type: worker\n",
            "a Talos machine config"),
        arguments("---\napiVersion: v1alpha1\nkind: HostnameConfig\n", "a Talos machine config"),
        arguments("#ps1_sysnative\nWrite-Host\n", "a Windows script"),
        arguments("<powershell>\n</powershell>", "a Windows script"),
        arguments("rem cmd\n", "a Windows script"),
        arguments("<?xml version=\"1.0\"?>\n<unattend xmlns=\"\">", "a Windows answer file"),
        arguments(
            "\ufeff#cloud-config\n",
            "text behind a byte order mark, which cloud-init does not recognise"),
        arguments("\u001f\u008b", "damaged, oversized or unknown compressed data"),
        arguments("users: []\n", "an unknown format"));
  }

  @ParameterizedTest
  @MethodSource("descriptions")
  void describesTheFormatForPeople(String text, String description) {
    assertThat(UserDataFormat.describe(text.startsWith("\u001f") ? latin1(text) : utf8(text)))
        .isEqualTo(description);
  }

  private static UserData utf8(String text) {
    return UserData.of(text.getBytes(UTF_8));
  }

  private static UserData latin1(String text) {
    return UserData.of(text.getBytes(ISO_8859_1));
  }
}
