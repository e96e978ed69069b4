package io.vgpusteward.e2e.product;

import io.vgpusteward.e2e.rig.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program as a command that ends by itself. */
final class ProgramCommand {
  private static final int PATIENCE_SECONDS = 120;

  private ProgramCommand() {}

  /** Runs {@code vgpu-steward} with the arguments, for two minutes at most. */
  static Outcome run(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-jar"));
    command.add(Replica.jar().toString());
    command.addAll(List.of(arguments));
    return run(String.join(" ", arguments), command);
  }

  /** Runs any command in the same way; it is called by another name in what is said of it. */
  static Outcome run(String said, List<String> command) {
    try {
      Path out = Files.createTempFile("vgpu-steward", ".out");
      Path err = Files.createTempFile("vgpu-steward", ".err");
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      try {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw new IllegalStateException(said + " does not end");
        }
        return new Outcome(said, process.exitValue(), Files.readString(out), Files.readString(err));
      } finally {
        process.destroyForcibly();
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
