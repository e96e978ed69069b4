package io.vgpusteward.webhook.cloudinit;

/**
 * The licence as it goes into a guest: the content of the client configuration token and of
 * gridd.conf, byte for byte. Immutable; {@link #toString} reveals nothing.
 */
public final class License {
  private final byte[] token;
  private final byte[] griddConf;

  public License(byte[] token, byte[] griddConf) {
    this.token = token.clone();
    this.griddConf = griddConf.clone();
  }

  /** A copy of the token. */
  public byte[] token() {
    return token.clone();
  }

  /** A copy of gridd.conf. */
  public byte[] griddConf() {
    return griddConf.clone();
  }

  @Override
  public String toString() {
    return "License[redacted]";
  }
}
