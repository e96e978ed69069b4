package io.vgpusteward.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.server.config.Surroundings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way, in this process: a VirtualMachine, the server, the controller, the Secret. */
final class DemoTest {
  private static final Path EXAMPLES = Path.of("..", "examples");

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void demo_showsTheMainJob_withTheTokenRedacted_andLeavesTheExamplesAlone() throws IOException {
    assertThat(run("demo", "--examples=" + EXAMPLES)).isZero();

    assertThat(out.toString())
        .contains("VirtualMachine tenant-example/workstation")
        .contains("+           - name: vgpu0")
        .contains("+             deviceName: nvidia.com/L40S-24Q")
        .contains("+             name: vgpu-steward-user-data-workstation")
        .contains("-             #cloud-config")
        .containsPattern("The review took \\d+\\.\\d ms\\.")
        .contains("Warnings: none")
        .contains("part 1 of 2, text/plain")
        .contains("part 2 of 2, text/cloud-boothook")
        .contains("<the token, redacted>");
    String token = token();
    assertThat(out.toString())
        .doesNotContain(token)
        .doesNotContain(Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8)));
    assertThat(err.toString()).isEmpty();
    assertThat(EXAMPLES.resolve("cluster").resolve(".vgpu-steward")).doesNotExist();
  }

  @Test
  void demo_ofAnotherVirtualMachine_showsItsWarnings() throws IOException {
    copyExamples();
    Files.writeString(
        folder.resolve("vm.yaml"),
        Files.readString(EXAMPLES.resolve("vm.yaml"))
            .replace("cloudInitNoCloud", "cloudInitConfigDrive"));

    assertThat(run("demo", "--examples=" + folder)).isZero();

    assertThat(out.toString()).contains("  - spec.template.spec.volumes[1].cloudInitConfigDrive");
  }

  @Test
  void demo_ofAVirtualMachineThatIsDenied_saysWhy() throws IOException {
    copyExamples();
    Files.writeString(
        folder.resolve("vm.yaml"),
        Files.readString(EXAMPLES.resolve("vm.yaml")).replace("L40S-24Q", "H100-80C"));

    assertThat(run("demo", "--examples=" + folder)).isEqualTo(1);

    assertThat(err.toString())
        .startsWith("vgpu-steward: denied: metadata.annotations[vgpu-steward.io/profile]");
  }

  @Test
  void demo_withoutExamples_saysWhatIsMissing() {
    assertThat(run("demo", "--examples=" + folder)).isEqualTo(2);

    assertThat(err.toString())
        .isEqualTo(
            "vgpu-steward: --examples: "
                + folder
                + " does not hold a folder cluster and a file vm.yaml\n");
  }

  private void copyExamples() throws IOException {
    Path cluster = Files.createDirectory(folder.resolve("cluster"));
    try (Stream<Path> files = Files.list(EXAMPLES.resolve("cluster"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, cluster.resolve(file.getFileName()));
      }
    }
  }

  private static String token() {
    return Manifests.read(EXAMPLES.resolve("cluster").resolve("license.yaml"))
        .getFirst()
        .object()
        .at("/stringData/client_configuration_token.tok")
        .asText();
  }

  private int run(String... arguments) {
    return new Program(
            new Surroundings(Map.of(), folder),
            Main.wiring(),
            new PrintWriter(out, true),
            new PrintWriter(err, true))
        .run(arguments);
  }
}
