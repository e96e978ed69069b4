package io.vgpusteward.extender.wire;

/**
 * Arguments that cannot be understood. The message is one sentence for a person; it names the place
 * and never quotes what stands there.
 */
public final class WireException extends Exception {
  WireException(String message) {
    super(message);
  }
}
