package io.vgpusteward.e2e.cloudinit;

/** What a script in a guest said and how it ended. */
record Execution(int status, String out, String err) {
  /** The standard output, where the script succeeded. */
  String orThrow() {
    if (status != 0) {
      throw new IllegalStateException("exit status " + status + ": " + err);
    }
    return out;
  }
}
