package io.vgpusteward.webhook.cloudinit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;

/**
 * The script that puts the licence into a guest at each of its boots. What it does and why is told
 * in the two resources that it is made of: {@code boothook.sh} carries the licence, {@code
 * licence.sh} decides what may be written and holds no secret.
 */
final class LicenseBoothook {
  /** Its file name in the guest, which leaves cloud-init's numbers to the user's own parts. */
  static final String NAME = "vgpu-steward";

  private LicenseBoothook() {}

  static byte[] of(License license) {
    return of(license, "");
  }

  /** The same for a guest whose root folder is {@code root}: a path without quotes, or nothing. */
  static byte[] of(License license, String root) {
    return resource("boothook.sh")
        .replace("@LICENCE@", resource("licence.sh").stripTrailing())
        .replace("@ROOT@", root)
        .replace("@TOKEN@", base64(license.token()))
        .replace("@TOKEN_SHA256@", sha256(license.token()))
        .replace("@GRIDD_CONF@", base64(license.griddConf()))
        .replace("@GRIDD_CONF_SHA256@", sha256(license.griddConf()))
        .getBytes(US_ASCII);
  }

  private static String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(LicenseBoothook.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  private static String base64(byte[] content) {
    return Base64.getEncoder().encodeToString(content);
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
