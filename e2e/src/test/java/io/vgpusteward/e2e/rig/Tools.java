package io.vgpusteward.e2e.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The rig's own programs, built once per machine by {@code e2e/tools/build}. Thread-safe. */
public final class Tools {
  private static final Map<String, Path> FOLDERS = new ConcurrentHashMap<>();

  private Tools() {}

  /** The one program of a tool that is named like its tool; the first call may take minutes. */
  public static Path program(String tool) {
    return folder(tool).resolve(tool);
  }

  /** The folder with a tool's programs. */
  public static Path folder(String tool) {
    return FOLDERS.computeIfAbsent(tool, Tools::build);
  }

  private static Path build(String tool) {
    try {
      Process process =
          new ProcessBuilder("tools/build", tool)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String path = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("tools/build " + tool + " failed: see its message above");
      }
      return Path.of(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while tools/build ran", e);
    }
  }
}
