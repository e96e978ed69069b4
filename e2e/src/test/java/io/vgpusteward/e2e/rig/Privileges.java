package io.vgpusteward.e2e.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** What tests with namespaces and mounts need of the machine. */
public final class Privileges {
  private Privileges() {}

  /** Skips the test where root is missing and that was allowed; else fails. */
  public static void requireRoot() {
    if (isRoot()) {
      return;
    }
    Assumptions.assumeFalse(
        Boolean.getBoolean("vgpu-steward.skip-root-tests"), "left out: this test needs root");
    throw new IllegalStateException(
        "needs root, for namespaces and mounts: run as root, or leave these tests out with"
            + " -Dvgpu-steward.skip-root-tests=true");
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
