package io.vgpusteward.extender.http;

/** A question that is understood and cannot be answered now. */
final class UnansweredException extends Exception {
  private final String problem;

  UnansweredException(String problem) {
    super(problem);
    this.problem = problem;
  }

  /** Why, in words for the pod's condition. */
  String problem() {
    return problem;
  }
}
