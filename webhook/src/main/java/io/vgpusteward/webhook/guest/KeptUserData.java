package io.vgpusteward.webhook.guest;

import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.cloudinit.UserData;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * User data as the annotation {@link Keys#USER_DATA} keeps it: the text itself, or {@code base64:}
 * and base64 where it is no text (or is text that begins like that).
 */
public final class KeptUserData {
  private static final String BASE64 = "base64:";

  private KeptUserData() {}

  /** The annotation's value for the data. */
  public static String encode(UserData data) {
    String text = new String(data.bytes(), StandardCharsets.UTF_8);
    boolean isText = UserData.of(text.getBytes(StandardCharsets.UTF_8)).equals(data);
    return isText && !text.startsWith(BASE64) && text.indexOf('\0') < 0
        ? text
        : BASE64 + Base64.getEncoder().encodeToString(data.bytes());
  }

  /**
   * The data of an annotation's value.
   *
   * @throws IllegalArgumentException when base64 is announced and is none
   */
  public static UserData decode(String value) {
    return value.startsWith(BASE64)
        ? base64(value.substring(BASE64.length()))
        : UserData.of(value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Decodes base64 as KubeVirt does (Go's StdEncoding): line ends are passed over, nothing else.
   *
   * @throws IllegalArgumentException when it is none
   */
  static UserData base64(String text) {
    return UserData.of(Base64.getDecoder().decode(text.replaceAll("[\r\n]", "")));
  }
}
