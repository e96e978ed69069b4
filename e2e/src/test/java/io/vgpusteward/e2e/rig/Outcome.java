package io.vgpusteward.e2e.rig;

/** What a command said and how it ended. */
public record Outcome(String command, int status, String out, String err) {
  /** Whether it ended with status 0. */
  public boolean succeeded() {
    return status == 0;
  }

  /** What it wrote to standard output, where it succeeded. */
  public String orThrow() {
    if (status != 0) {
      throw new IllegalStateException(command + " ended with status " + status + ": " + err);
    }
    return out;
  }
}
