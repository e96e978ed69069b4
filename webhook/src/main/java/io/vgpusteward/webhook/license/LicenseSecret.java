package io.vgpusteward.webhook.license;

import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.object.TokenClaims;
import io.vgpusteward.webhook.cloudinit.License;
import io.vgpusteward.webhook.guest.LicenseKind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a Secret {@code vgpu-license} holds. No {@code toString} or reason quotes its content. */
public sealed interface LicenseSecret {
  /** The token's key, as documented; NVIDIA's portal puts a date before the dot. */
  String TOKEN_KEY = "client_configuration_token.tok";

  /** The optional key of the driver's configuration. */
  String GRIDD_CONF_KEY = "gridd.conf";

  /** The most that {@link #GRIDD_CONF_KEY} may hold, in bytes. */
  int MAX_GRIDD_CONF = 64 * 1024;

  /** A licence in good form, which may have expired. */
  final class Usable implements LicenseSecret {
    private final byte[] token;
    private final byte @Nullable [] griddConf;
    private final Optional<Instant> expires;

    private Usable(byte[] token, byte @Nullable [] griddConf, Optional<Instant> expires) {
      this.token = token;
      this.griddConf = griddConf;
      this.expires = expires;
    }

    /** When the token expires; empty for never. */
    public Optional<Instant> expires() {
      return expires;
    }

    /** The licence as a guest of the kind gets it. */
    License license(LicenseKind kind) {
      return new License(token, griddConf == null ? defaultGriddConf(kind) : griddConf);
    }

    /** Source: NVIDIA Virtual GPU Client Licensing User Guide, "FeatureType". */
    private static byte[] defaultGriddConf(LicenseKind kind) {
      String featureType =
          switch (kind) {
            case VGPU -> "FeatureType=1\n";
            case WORKSTATION -> "FeatureType=2\n";
          };
      return featureType.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return "Usable[expires=" + expires + "]";
    }
  }

  /**
   * Nothing that a guest could use.
   *
   * @param reason the key at fault and the cure
   */
  record Malformed(String reason) implements LicenseSecret {}

  /**
   * Reads the one key that ends in {@code .tok} and {@code gridd.conf}; whitespace around the token
   * is dropped, since files end with a line feed.
   */
  static LicenseSecret parse(SecretObject secret) {
    List<String> tokenKeys =
        secret.data().keySet().stream().filter(key -> key.endsWith(".tok")).sorted().toList();
    if (tokenKeys.isEmpty()) {
      return new Malformed("no key ends in .tok: add the token under " + TOKEN_KEY);
    }
    if (tokenKeys.size() > 1) {
      return new Malformed(
          "several keys end in .tok, which confuses nvidia-gridd: keep one of "
              + String.join(", ", tokenKeys));
    }
    byte[] griddConf = secret.data().get(GRIDD_CONF_KEY);
    if (griddConf != null && !isText(griddConf)) {
      return new Malformed(
          "key "
              + GRIDD_CONF_KEY
              + " is no text of at most "
              + MAX_GRIDD_CONF
              + " bytes: correct"
              + " or remove it");
    }
    String key = tokenKeys.getFirst();
    String token =
        new String(secret.data().getOrDefault(key, new byte[0]), StandardCharsets.ISO_8859_1)
            .strip();
    try {
      TokenClaims claims = TokenClaims.of(token);
      return new Usable(token.getBytes(StandardCharsets.ISO_8859_1), griddConf, claims.expires());
    } catch (TokenClaims.BadTokenException e) {
      return new Malformed(
          "key "
              + key
              + " holds no client configuration token ("
              + e.getMessage()
              + "): store the file as the NVIDIA License System gave it");
    }
  }

  private static boolean isText(byte[] bytes) {
    if (bytes.length > MAX_GRIDD_CONF) {
      return false;
    }
    try {
      return StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes))
              .toString()
              .indexOf('\0')
          < 0;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
