package io.vgpusteward.webhook.review;

/** A request that cannot be carried out; the message names the field and the fix. */
public final class RefusedException extends RuntimeException {
  private final int code;
  private final String problem;

  private RefusedException(int code, String message) {
    super(message);
    this.code = code;
    this.problem = message;
  }

  /** The object is not of the form that its kind has: code 400. */
  public static RefusedException malformed(String field, String expected) {
    return new RefusedException(400, field + " must be " + expected);
  }

  /** The object is well formed, and what it asks for cannot be done: code 422. */
  public static RefusedException invalid(String field, String problemAndFix) {
    return new RefusedException(422, field + ": " + problemAndFix);
  }

  /** The HTTP code of the answer. */
  public int code() {
    return code;
  }

  /** The message: the field, what is wrong with it, and the fix. */
  public String problem() {
    return problem;
  }

  /** The machine-readable reason that Kubernetes has for the code. */
  public String reason() {
    return code == 400 ? "BadRequest" : "Invalid";
  }
}
