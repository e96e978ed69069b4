package io.vgpusteward.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.webhook.cloudinit.Composition;
import io.vgpusteward.webhook.cloudinit.License;
import io.vgpusteward.webhook.cloudinit.UserData;
import io.vgpusteward.webhook.cloudinit.UserDataComposer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class UserDataPartsTest {
  private static final byte[] TOKEN =
      "eyJhbGciOi.eyJleHAiOj.c2lnbmF0dXJl".getBytes(StandardCharsets.UTF_8);
  private static final String SCRIPT = "#!/bin/sh\necho mine\n";

  @Test
  void parts_areTheUsersAndOurs_withoutTheToken() throws IOException {
    List<UserDataParts.Part> parts = UserDataParts.of(composed(bytes(SCRIPT)), TOKEN);

    assertThat(parts).hasSize(2);
    assertThat(parts.get(0).text()).isEqualTo(SCRIPT);
    assertThat(parts.get(1).contentType()).isEqualTo("text/cloud-boothook");
    assertThat(parts.get(1).text())
        .contains("<the token, redacted>")
        .doesNotContain(Base64.getEncoder().encodeToString(TOKEN));
  }

  @Test
  void compressedDocuments_areReadToo() throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(bytes(SCRIPT));
    }

    assertThat(UserDataParts.of(composed(compressed.toByteArray()), TOKEN).getFirst().text())
        .isEqualTo(SCRIPT);
  }

  private static byte[] composed(byte[] userData) {
    Composition composition =
        UserDataComposer.compose(
            UserData.of(userData), new License(TOKEN, bytes("FeatureType=1\n")));
    assertThat(composition).isInstanceOf(Composition.Composed.class);
    return ((Composition.Composed) composition).content().bytes();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
