package io.vgpusteward.webhook.cloudinit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that somebody wrote for cloud-init, of any format and encoding. Immutable, equal by
 * content; {@link #toString} says only how many, because user data often holds passwords.
 */
public final class UserData {
  private static final UserData EMPTY = new UserData(new byte[0]);

  private final byte[] bytes;

  private UserData(byte[] bytes) {
    this.bytes = bytes;
  }

  /** User data with a copy of these bytes. */
  public static UserData of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new UserData(bytes.clone());
  }

  /** No user data. */
  public static UserData empty() {
    return EMPTY;
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** How many bytes. */
  public int length() {
    return bytes.length;
  }

  public boolean isEmpty() {
    return bytes.length == 0;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UserData that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "UserData[" + bytes.length + " bytes]";
  }
}
