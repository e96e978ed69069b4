package io.vgpusteward.certs;

/** Where a TLS server takes its certificate and key from. */
@FunctionalInterface
public interface KeySource {
  /**
   * The pair to serve now. May read and write files: not for an event loop.
   *
   * @throws KeyMaterialException when there is no usable pair; the message names what is wrong
   */
  KeyMaterial read();
}
