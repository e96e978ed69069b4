package io.vgpusteward.server.nodes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.cluster.file.FileCluster;
import io.vgpusteward.server.config.Surroundings;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

/** The command on the example; what it prints is what the README shows. */
class NodesCommandTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "placement");

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"table", "wide", "json", "yaml"})
  void nodes_areShown_inEachForm(String form) throws IOException {
    assertThat(run(EXAMPLE, "-o", form)).isZero();

    try (InputStream golden = requireNonNull(getClass().getResourceAsStream("nodes." + form))) {
      assertThat(out.toString()).isEqualTo(new String(golden.readAllBytes(), UTF_8));
    }
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void namedOnes_areShownAlone() {
    assertThat(run(EXAMPLE, "gpu-3", "gpu-1")).isZero();

    assertThat(out.toString().lines())
        .satisfiesExactly(
            head -> assertThat(head).startsWith("NODE"),
            one -> assertThat(one).startsWith("gpu-1 "),
            other -> assertThat(other).startsWith("gpu-3 "));
  }

  @Test
  void nodeThatIsNotThere_isStatus1_andTheOthersAreShown() {
    assertThat(run(EXAMPLE, "gpu-2", "gpu-22", "cpu-1", "elsewhere")).isEqualTo(1);

    assertThat(err.toString())
        .isEqualTo(
            """
            vgpu-steward: there is no node gpu-22 with GPUs that are known; did you mean gpu-2?
            vgpu-steward: there is no node cpu-1 with GPUs that are known; did you mean gpu-1?
            vgpu-steward: there is no node elsewhere with GPUs that are known
            """);
    assertThat(out.toString().lines()).hasSize(2);
  }

  @Test
  void clusterWithoutGpus_isSaidToBeSo() {
    assertThat(run(folder)).isZero();

    assertThat(out.toString())
        .isEqualTo("no node has a GPU that is known; see whether the node agent runs\n");
  }

  @Test
  void wrongForm_isStatus2() {
    assertThat(run(EXAMPLE, "-o", "csv")).isEqualTo(2);

    assertThat(err.toString()).contains("Invalid value for option '--output'");
  }

  @Test
  void secondResource_cordon_andUnsettledVfs_areShown() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLE)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Files.writeString(
        folder.resolve("more.yaml"),
        """
        apiVersion: v1
        kind: Node
        metadata: {name: mixed}
        spec: {unschedulable: true}
        status: {allocatable: {nvidia.com/A10-12Q: "3", nvidia.com/L40S-24Q: "1", a.b/nic: "4"}}
        ---
        apiVersion: vgpu-steward.io/v1alpha1
        kind: VgpuNode
        metadata: {name: mixed}
        status:
          conditions: [{type: Ready, status: "False", reason: X, message: the driver is gone,
            lastTransitionTime: "2026-11-20T08:00:00Z"}]
          gpus:
          - {busId: "0000:21:00.0", pciId: "10DE:2236", driver: vfio-pci}
          - busId: "0000:41:00.0"
            pciId: "10DE:26B9"
            driver: nvidia
            vfs:
            - {busId: "0000:41:00.4", driver: nvidia, currentTypeId: 1155, current: L40S-24Q,
              state: Pending, message: held}
            - {busId: "0000:41:00.5", driver: nvidia, currentTypeId: 4711, state: Settled}
            - {busId: "0000:41:00.6", driver: vfio-pci, state: Settled}
        """);

    assertThat(run(folder, "mixed", "-o", "wide")).isZero();

    assertThat(out.toString().replaceAll(" {3,}", " | "))
        .isEqualTo(
            """
            NODE | GPU | CARRIES | STATES | RESOURCE | TAKEN | FREE | SCHEDULABLE | HELD |\
             UNSETTLED | INVENTORY
            mixed | 1 10DE:2236 passed through, 1 10DE:26B9 | 1 L40S-24Q, 1 of unknown type,\
             1 passed through | 1 Pending, 2 Settled | nvidia.com/A10-12Q | 0 | 3 | cordoned | - |\
             0000:41:00.4 Pending: held | not ready: the driver is gone
             | nvidia.com/L40S-24Q | 0 | 1
            """);
  }

  private int run(Path cluster, String... arguments) {
    NodesCommand command =
        new NodesCommand(
            new Surroundings(Map.of(), Path.of("nowhere")),
            configuration -> FileCluster.open(configuration.folder().orElseThrow()),
            InstantSource.system());
    String[] all = new String[arguments.length + 1];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--cluster=" + cluster;
    return new CommandLine(command)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .setColorScheme(Help.defaultColorScheme(Ansi.OFF))
        .execute(all);
  }
}
