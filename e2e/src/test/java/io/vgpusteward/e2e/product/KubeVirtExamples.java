package io.vgpusteward.e2e.product;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The manifests that KubeVirt's own Go module carries, of the version that the rig runs. */
final class KubeVirtExamples {
  // Downloads the module where Go's cache has lost it; prints its folder.
  private static final String FIND =
      "PATH=$PATH:${GOROOT:-/usr/local/go}/bin\n"
          + "GOWORK=off GOFLAGS=-mod=readonly go mod download -json kubevirt.io/kubevirt"
          + " | sed -n 's/^.*\"Dir\": \"\\(.*\\)\".*$/\\1/p'";

  private static final Path MODULE = module();

  private KubeVirtExamples() {}

  /** Its files in an order in which they can be applied: what others refer to comes first. */
  static List<Path> files() {
    try (Stream<Path> files = Files.list(folder())) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .sorted(Comparator.comparing(KubeVirtExamples::isGuest).thenComparing(Path::getFileName))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder that they are in. */
  static Path folder() {
    return MODULE.resolve("examples");
  }

  private static boolean isGuest(Path file) {
    return file.getFileName().toString().startsWith("vm");
  }

  private static Path module() {
    try {
      Process go =
          new ProcessBuilder("bash", "-o", "pipefail", "-c", FIND)
              .directory(Path.of("tools/kubevirt").toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String folder = new String(go.getInputStream().readAllBytes(), UTF_8).strip();
      if (folder.isEmpty()) {
        throw new IllegalStateException("go knows no folder of kubevirt.io/kubevirt");
      }
      return Path.of(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
