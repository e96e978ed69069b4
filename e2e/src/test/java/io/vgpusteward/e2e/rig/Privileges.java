package io.vgpusteward.e2e.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** What tests with namespaces and mounts need of the machine. */
public final class Privileges {
  static final String LEFT_OUT = "left out: this test needs root";

  private Privileges() {}

  /** Skips the test where root is missing and that was allowed; else fails. */
  public static void requireRoot() {
    if (isRoot()) {
      return;
    }
    Assumptions.assumeFalse(isLeftOut(), LEFT_OUT);
    throw new IllegalStateException(
        "needs root, for namespaces, mounts and chroot: run as root, or leave these tests out with"
            + " -Dvgpu-steward.skip-root-tests=true");
  }

  /** Whether root is missing and tests that need it are to be skipped. */
  static boolean isLeftOut() {
    return Boolean.getBoolean("vgpu-steward.skip-root-tests") && !isRoot();
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
