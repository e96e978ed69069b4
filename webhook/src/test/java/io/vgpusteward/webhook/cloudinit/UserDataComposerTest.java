package io.vgpusteward.webhook.cloudinit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.webhook.cloudinit.Composition.Composed;
import io.vgpusteward.webhook.cloudinit.Composition.Unsupported;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents are read back with another MIME library than the one that wrote them. */
class UserDataComposerTest {
  private static final License LICENSE =
      new License("a.token.of".repeat(270).getBytes(UTF_8), "FeatureType=1\n".getBytes(UTF_8));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#cloud-config\nusers: []",
        "#cloud-config\r\nusers: []\r\n\r\n",
        "#!/bin/sh\necho Grüße, € \0 --boundary\n--\n",
        "  #include\nhttps://example.org/\n",
      })
  void userDataIsThePartBeforeTheBoothookByteForByte(String text) throws Exception {
    MimeMultipart parts = parse(composed(utf8(text)).bytes());

    assertThat(parts.getCount()).isEqualTo(2);
    assertThat(parts.getBodyPart(0).getContentType()).isEqualTo("text/plain");
    assertThat(decoded(parts.getBodyPart(0))).isEqualTo(text.getBytes(UTF_8));
    assertBoothook(parts.getBodyPart(1));
  }

  @Test
  void anyBytesComeThrough() throws Exception {
    byte[] noise = new byte[100_000];
    new Random(1).nextBytes(noise);
    System.arraycopy("#!".getBytes(UTF_8), 0, noise, 0, 2);

    assertThat(decoded(parse(composed(UserData.of(noise)).bytes()).getBodyPart(0)))
        .isEqualTo(noise);
  }

  @Test
  void emptyUserDataIsTheBoothookAlone() throws Exception {
    MimeMultipart parts = parse(composed(UserData.empty()).bytes());

    assertThat(parts.getCount()).isEqualTo(1);
    assertBoothook(parts.getBodyPart(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n"})
  void multipartIsNestedAsItStands(String newline) throws Exception {
    String multipart =
        String.join(
            newline,
            "From nobody Fri Nov 20 10:00:00 2026",
            "Content-Type: multipart/mixed;",
            "\tboundary=b",
            "MIME-Version: 1.0",
            "",
            "--b",
            "",
            "#!/bin/sh",
            "--b--",
            "after the end");
    UserData document = composed(utf8(multipart));
    MimeMultipart parts = parse(document.bytes());

    assertThat(text(document)).contains("\r\n" + multipart + "\r\n");
    assertThat(parts.getCount()).isEqualTo(2);
    assertBoothook(parts.getBodyPart(1));
  }

  @Test
  void boundaryOccursInNoUserData() throws Exception {
    UserData once = composed(utf8("#cloud-config\n"));
    UserData twice = composed(once);
    UserData withTheNextBoundaryToo = utf8(text(once) + text(twice));
    UserData document = composed(withTheNextBoundaryToo);

    assertThat(parse(twice.bytes()).getCount()).isEqualTo(2);
    assertThat(parse(document.bytes()).getCount()).isEqualTo(2);
    assertThat(text(document)).contains(text(withTheNextBoundaryToo));
    assertThat(boundary(document)).isNotIn(boundary(once), boundary(twice));
  }

  @Test
  void compressedUserDataGivesTheSameDocumentCompressed() {
    String multipart = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b--\n";
    UserData document = composed(UserData.of(Gzip.pack(multipart.getBytes(UTF_8))));

    assertThat(Gzip.unpack(document.bytes()))
        .hasValueSatisfying(
            content -> assertThat(content).isEqualTo(composed(utf8(multipart)).bytes()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "#cloud-config\n", "MIME-Version: 1.0\nContent-Type: text/x-sh\n\n#!/bin/sh"})
  void equalInputsGiveEqualBytes(String text) {
    var again = new License(LICENSE.token(), LICENSE.griddConf());

    assertThat(UserDataComposer.compose(utf8(text), again))
        .isEqualTo(UserDataComposer.compose(utf8(text), LICENSE));
    assertThat(text(composed(utf8(text)))).doesNotContain("Date:", "Message-ID:");
  }

  @Test
  void anotherLicenceGivesAnotherDocument() {
    var another = new License("another".getBytes(UTF_8), LICENSE.griddConf());

    assertThat(UserDataComposer.compose(UserData.empty(), another).content())
        .isNotEqualTo(composed(UserData.empty()));
  }

  @Test
  void whatCloudInitWouldNotReadIsLeftAlone() {
    UserData ignition = utf8("{\"ignition\": {\"version\": \"3.4.0\"}, \"password\": \"x\"}");

    assertThat(UserDataComposer.compose(ignition, LICENSE))
        .isEqualTo(new Unsupported(ignition, "The user data is Ignition: it is left as it is."));
  }

  @Test
  void nothingOfThemIsInTheirTexts() {
    UserData user = utf8("#cloud-config\npassword: secret\n");

    assertThat(LICENSE).hasToString("License[redacted]");
    assertThat(user).hasToString("UserData[31 bytes]");
    assertThat(new Composed(user)).hasToString("Composed[content=UserData[31 bytes]]");
  }

  @Test
  void nobodyChangesThemFromOutside() {
    byte[] bytes = "#!/bin/sh".getBytes(UTF_8);
    UserData user = UserData.of(bytes);
    var license = new License(bytes, bytes);
    bytes[0] = 0;
    user.bytes()[1] = 0;
    license.token()[1] = 0;
    license.griddConf()[1] = 0;

    assertThat(user).isEqualTo(utf8("#!/bin/sh")).hasSameHashCodeAs(utf8("#!/bin/sh"));
    assertThat(license.token()).isEqualTo("#!/bin/sh".getBytes(UTF_8));
    assertThat(license.griddConf()).isEqualTo("#!/bin/sh".getBytes(UTF_8));
  }

  private static void assertBoothook(BodyPart part) throws MessagingException, IOException {
    assertThat(part.getContentType()).isEqualTo("text/cloud-boothook");
    assertThat(part.getFileName()).isEqualTo("vgpu-steward");
    assertThat(decoded(part)).isEqualTo(LicenseBoothook.of(LICENSE));
  }

  private static UserData composed(UserData user) {
    Composition composition = UserDataComposer.compose(user, LICENSE);
    assertThat(composition).isInstanceOf(Composed.class);
    return composition.content();
  }

  private static MimeMultipart parse(byte[] document) throws MessagingException, IOException {
    var message = new MimeMessage(null, new ByteArrayInputStream(document));
    return (MimeMultipart) message.getContent();
  }

  private static byte[] decoded(BodyPart part) throws MessagingException, IOException {
    return part.getInputStream().readAllBytes();
  }

  private static String boundary(UserData document) {
    return text(document)
        .lines()
        .filter(line -> line.startsWith("--vgpu"))
        .findFirst()
        .orElseThrow();
  }

  private static UserData utf8(String text) {
    return UserData.of(text.getBytes(UTF_8));
  }

  private static String text(UserData data) {
    return new String(data.bytes(), UTF_8);
  }
}
