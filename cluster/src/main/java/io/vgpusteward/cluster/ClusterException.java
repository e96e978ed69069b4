package io.vgpusteward.cluster;

/** A read or a write that the cluster refused or could not answer; the message has no secrets. */
public class ClusterException extends RuntimeException {
  public ClusterException(String message) {
    super(message);
  }

  public ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
