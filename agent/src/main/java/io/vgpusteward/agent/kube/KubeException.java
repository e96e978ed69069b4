package io.vgpusteward.agent.kube;

/** An API server did not do what it was asked for, or could not be asked. */
public final class KubeException extends RuntimeException {
  private final int status;

  /** A refusal, with the words of the API server. */
  KubeException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The HTTP status of the answer; 0 where there was none. */
  public int status() {
    return status;
  }

  /** Whether the API server was not reached, or did not answer in time. */
  public boolean isUnreachable() {
    return status == 0;
  }
}
