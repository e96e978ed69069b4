package io.vgpusteward.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.server.http.TlsClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program over the example cluster. */
final class ProgramJarIT {
  private static final Path JAR = Path.of("target", "vgpu-steward", "vgpu-steward.jar");

  @TempDir Path folder;

  @Test
  void serve_overTheExampleCluster_answers() throws Exception {
    Path cluster = Files.createDirectory(folder.resolve("cluster"));
    try (Stream<Path> files = Files.list(Path.of("..", "examples", "cluster"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, cluster.resolve(file.getFileName()));
      }
    }
    try (ProgramProcess program = new ProgramProcess(cluster, Map.of(), "-jar", JAR.toString());
        TlsClient client = program.client()) {
      HttpResponse<String> response = client.get(program.url() + "/mutate/virtualmachines");
      assertThat(response.statusCode()).isEqualTo(405);
      assertThat(response.body()).contains("\"kind\":\"Status\"");
      assertThat(program.log()).doesNotContain("WARN", "ERROR");
      program.signal("TERM");
      assertThat(program.awaitEnd()).isZero();
    }
  }

  @Test
  void version_isThatOfTheBuild() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(List.of(java, "-jar", JAR.toString(), "--version")).start();
    assertThat(process.inputReader().readAllAsString()).matches("vgpu-steward \\d+\\..+\\R");
    assertThat(process.waitFor()).isZero();
  }
}
