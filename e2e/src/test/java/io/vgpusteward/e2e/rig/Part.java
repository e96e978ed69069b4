package io.vgpusteward.e2e.rig;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One process of a rig, in a PID namespace of its own: all that it starts is gone when it is closed
 * or when this JVM ends, also by SIGKILL. Its output is appended to its log.
 */
public final class Part implements AutoCloseable {
  private static final String UNSHARE =
      "unshare --mount --pid --fork --kill-child --mount-proc bash -c";
  private static final int PATIENCE_SECONDS = 20;
  private static final int TAIL_CHARACTERS = 4_000;

  private final String name;
  private final Path log;
  private final Process process;

  private Part(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts a process.
   *
   * @param environment all of its environment besides PATH and LANG
   */
  public static Part start(
      String name, Path log, Map<String, String> environment, List<String> command) {
    List<String> supervised = new ArrayList<>(List.of(UNSHARE.split(" ")));
    supervised.add(Resources.text("supervise"));
    supervised.add("supervise");
    supervised.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(supervised)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.toFile()));
    String path = System.getenv("PATH");
    builder.environment().clear();
    builder.environment().put("PATH", path);
    builder.environment().put("LANG", "C.UTF-8");
    builder.environment().putAll(environment);
    try {
      return new Part(name, log, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String name() {
    return name;
  }

  public Path log() {
    return log;
  }

  /** All that it has written so far. */
  public String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Fails with the end of its log where it has ended. */
  public void requireAlive() {
    if (!process.isAlive()) {
      String output = output();
      throw new IllegalStateException(
          name
              + " has ended with status "
              + process.exitValue()
              + ", see "
              + log
              + ":\n"
              + output.substring(Math.max(0, output.length() - TAIL_CHARACTERS)));
    }
  }

  /** Sends it a signal, such as {@code STOP} or {@code CONT}. */
  public void signal(String signal) {
    try {
      OutputStream in = process.getOutputStream();
      in.write((signal + "\n").getBytes(US_ASCII));
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " has ended", e);
    }
  }

  /** Sends it SIGTERM and waits until it has ended; its exit status. */
  public int stop() {
    try {
      process.getOutputStream().close();
    } catch (IOException alreadyEnded) {
      // Then it needs no signal.
    }
    return awaitEnd();
  }

  /** Sends it SIGKILL and waits until it has ended, with all that it has started. */
  @Override
  public void close() {
    try {
      signal("KILL");
    } catch (UncheckedIOException alreadyEnded) {
      // Then it needs no signal.
    }
    awaitEnd();
  }

  private int awaitEnd() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        process.waitFor();
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + name + " ended", e);
    }
  }
}
