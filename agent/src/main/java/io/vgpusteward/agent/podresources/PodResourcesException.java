package io.vgpusteward.agent.podresources;

/** The kubelet did not answer; the message says why, and what to do. */
public final class PodResourcesException extends Exception {
  public PodResourcesException(String words, Throwable cause) {
    super(words, cause);
  }
}
