package io.vgpusteward.agent.kube;

/** The way to an API server is not described, or in a form that this program has no use for. */
public final class AccessException extends RuntimeException {
  /**
   * What is wrong.
   *
   * @param message names file and field and what to do; never a key, a token or another value
   */
  public AccessException(String message) {
    super(message);
  }
}
