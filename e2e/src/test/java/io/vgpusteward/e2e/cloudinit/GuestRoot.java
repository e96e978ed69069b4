package io.vgpusteward.e2e.cloudinit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vgpusteward.e2e.rig.Privileges;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * The installed root with cloud-init that every guest starts from, built once per machine by {@code
 * e2e/cloud-init/build-root}. Read only: guests write over it.
 */
final class GuestRoot {
  /** The release to install: the machine's own where it is not set. */
  private static final String RELEASE = System.getProperty("vgpu-steward.guest-release", "");

  private static final class Built {
    static final Path ROOT = build();
  }

  private GuestRoot() {}

  /** Its path; skips the test where root is missing and that was allowed. */
  static Path path() {
    Privileges.requireRoot();
    return Built.ROOT;
  }

  private static Path build() {
    try {
      var command = new ProcessBuilder("cloud-init/build-root", RELEASE);
      Process process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String path = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("cloud-init/build-root failed: see its message above");
      }
      return Path.of(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while cloud-init/build-root ran", e);
    }
  }
}
