package io.vgpusteward.certs;

/** A certificate or a private key that cannot be read, used or written; no message holds a key. */
public final class KeyMaterialException extends RuntimeException {
  public KeyMaterialException(String message) {
    super(message);
  }

  public KeyMaterialException(String message, Throwable cause) {
    super(message, cause);
  }
}
