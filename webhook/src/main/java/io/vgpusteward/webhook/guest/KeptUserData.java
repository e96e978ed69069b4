package io.vgpusteward.webhook.guest;

import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.cloudinit.UserData;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Inline user data as its user wrote it, which is also how the guest's metadata keeps it: the value
 * of {@code userData} or {@code userDataBase64} goes into the annotation {@link Keys#USER_DATA}
 * unchanged, so that a patch can move it and need not repeat it.
 *
 * @param base64 whether the value is base64, which {@link Keys#USER_DATA_ENCODING} then says
 */
public record KeptUserData(String value, boolean base64) {
  /** The value of {@link Keys#USER_DATA_ENCODING}; any other, or none, means text. */
  public static final String BASE64 = "base64";

  /** What a guest's annotations keep. */
  public static Optional<KeptUserData> of(Map<String, String> annotations) {
    return Optional.ofNullable(annotations.get(Keys.USER_DATA))
        .map(value ->
            new KeptUserData(value, BASE64.equals(annotations.get(Keys.USER_DATA_ENCODING))));
  }

  /**
   * The data itself; base64 is decoded as KubeVirt does it (Go's StdEncoding): line ends are passed
   * over, nothing else.
   *
   * @throws IllegalArgumentException when base64 is announced and is none
   */
  public UserData data() {
    return UserData.of(
        base64
            ? Base64.getDecoder().decode(value.replaceAll("[\r\n]", ""))
            : value.getBytes(StandardCharsets.UTF_8));
  }

  /** The length alone: user data belongs in no log. */
  @Override
  public String toString() {
    return "user data of " + value.length() + " characters" + (base64 ? " of base64" : "");
  }
}
