package io.vgpusteward.webhook.license;

import io.vgpusteward.cluster.ClusterException;

/** What may be said of a failure in a log or an Event. */
final class Failure {
  private Failure() {}

  /**
   * The message of one of ours; of any other, which may quote what it choked on, only its class and
   * where it came from.
   */
  static String describe(Throwable failure) {
    String message = failure instanceof ClusterException ? failure.getMessage() : null;
    if (message != null) {
      return message;
    }
    StackTraceElement[] trace = failure.getStackTrace();
    return failure.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
  }
}
