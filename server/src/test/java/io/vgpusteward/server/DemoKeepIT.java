package io.vgpusteward.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code demo --keep}, in a process of its own, until a signal ends it. */
final class DemoKeepIT {
  private static final Path JAR = Path.of("target", "vgpu-steward", "vgpu-steward.jar");

  @TempDir private Path folder;

  @Test
  void keep_leavesTheServerUp_andASignalLeavesNothingBehind() throws Exception {
    Path out = folder.resolve("out");
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Djava.io.tmpdir=" + temporary,
                    "-jar",
                    JAR.toString(),
                    "demo",
                    "--keep",
                    "--examples=" + Path.of("..", "examples")))
            .redirectOutput(out.toFile())
            .redirectErrorStream(true)
            .start();
    try {
      await().atMost(Duration.ofSeconds(60)).until(() -> Files.readString(out).contains("$EDITOR"));
      assertThat(Files.readString(out)).contains("curl --cacert", "/readyz?verbose", "/metrics");
      assertThat(copies(temporary)).hasSize(1);
      process.destroy();
      assertThat(process.waitFor()).isZero();
      assertThat(copies(temporary)).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }

  private static List<Path> copies(Path temporary) throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("vgpu-steward-demo-"))
          .toList();
    }
  }
}
