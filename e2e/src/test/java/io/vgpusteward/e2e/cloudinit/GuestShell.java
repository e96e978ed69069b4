package io.vgpusteward.e2e.cloudinit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/**
 * A bash in mount, process, network, host name and IPC namespaces of its own, with a writable view
 * of a root at {@link #ROOT}. Everything in it is gone when it is closed or when this JVM ends. Not
 * thread-safe.
 */
final class GuestShell implements AutoCloseable {
  /** Where scripts find the guest's root folder. */
  static final String ROOT = "/mnt/root";

  private static final String UNSHARE =
      "unshare --mount --uts --ipc --net --pid --fork --kill-child --mount-proc";

  private final Process process;
  private final BufferedWriter in;
  private final BufferedReader out;

  GuestShell(Path root) {
    var builder = new ProcessBuilder(UNSHARE.split(" "));
    builder
        .command()
        .addAll(
            List.of("bash", "-c", Resources.text("guest-shell"), "guest-shell", root.toString()));
    builder.environment().clear();
    builder
        .environment()
        .put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    builder.environment().put("LANG", "C.UTF-8");
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    in = process.outputWriter(US_ASCII);
    out = process.inputReader(US_ASCII);
  }

  /** Runs a bash script, for two minutes at most. */
  Execution run(String script) {
    try {
      in.write(Base64.getEncoder().encodeToString(script.getBytes(UTF_8)) + "\n");
      in.flush();
      String answer = out.readLine();
      if (answer == null) {
        throw new IllegalStateException("the guest's shell has ended: see its message above");
      }
      String[] fields = answer.split(":", -1);
      return new Execution(Integer.parseInt(fields[0]), decode(fields[1]), decode(fields[2]));
    } catch (IOException e) {
      throw new UncheckedIOException("the guest's shell has ended: see its message above", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  private static String decode(String base64) {
    return new String(Base64.getDecoder().decode(base64), UTF_8);
  }
}
