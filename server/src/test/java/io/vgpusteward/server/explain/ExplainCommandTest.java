package io.vgpusteward.server.explain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.file.FileCluster;
import io.vgpusteward.server.config.ConfigurationException;
import io.vgpusteward.server.config.Surroundings;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

/** The command on the example; what it prints is what the README shows. */
class ExplainCommandTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "placement");

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"table", "wide", "json", "yaml"})
  void waitingMachine_isExplained_inEachForm(String form) throws IOException {
    assertThat(run(EXAMPLE, "workstation", "-n", "tenant-example", "-o", form)).isZero();

    try (InputStream golden =
        requireNonNull(getClass().getResourceAsStream("workstation." + form))) {
      assertThat(out.toString()).isEqualTo(new String(golden.readAllBytes(), UTF_8));
    }
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "vm/workstation, VirtualMachine tenant-example/workstation asks for 1 L40S-24Q",
    "pod/virt-launcher-workstation-7bq2c, VirtualMachine tenant-example/workstation asks for 1",
    "artist, 'Next step: nothing: it has its node, gpu-1'"
  })
  void names_areTakenAsKubectlDoes(String name, String line) {
    assertThat(run(EXAMPLE, name, "-n", "tenant-example")).isZero();

    assertThat(out.toString()).contains(line);
  }

  @Test
  void machineThatNoNodeIsKnownFor_hasNoTable() throws IOException {
    Files.writeString(
        folder.resolve("vm.yaml"),
        """
        apiVersion: kubevirt.io/v1
        kind: VirtualMachine
        metadata: {name: one, namespace: default}
        spec: {template: {spec: {domain: {devices: {gpus: [{name: g, deviceName: a.b/L4-6Q}]}}}}}
        """);

    assertThat(run(folder, "one")).isZero();

    assertThat(out.toString())
        .startsWith("VirtualMachine default/one asks for 1 L4-6Q by a.b/L4-6Q\nit does not run\n")
        .doesNotContain("VERDICT")
        .contains("\n\nNext step: there is no KubeVirt object in the cluster");
  }

  @Test
  void whatIsNotThere_isStatus1_withWhatComesNear() {
    assertThat(run(EXAMPLE, "vm/workstaton")).isEqualTo(1);

    assertThat(err.toString())
        .isEqualTo(
            "vgpu-steward: there is no VirtualMachine workstaton in namespace default; did you mean"
                + " vm/workstation -n tenant-example?\n");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "node/gpu-1 | explain: 'node/gpu-1': the kind is vm, vmi or pod",
        "one --inventory-max-age=0s | --inventory-max-age: must be longer than nothing",
        "one -o=xml | Invalid value for option '--output'",
        "one two | Unmatched argument",
        "'' | Missing required parameter"
      })
  void misuse_isStatus2(String arguments, String message) {
    String[] all = arguments.isEmpty() ? new String[0] : arguments.split(" ");

    assertThat(run(EXAMPLE, all)).isEqualTo(2);

    assertThat(err.toString()).contains(message);
  }

  @Test
  void clusterThatCannotBeRead_isAFailure() {
    ExplainCommand command =
        new ExplainCommand(
            surroundings(),
            configuration -> {
              throw new ClusterException("no cluster");
            },
            InstantSource.system());

    assertThat(execute(command, Ansi.OFF, "one")).isEqualTo(1);
  }

  @Test
  void colours_areForTerminals() {
    ExplainCommand command = command();
    assertThat(
            execute(
                command, Ansi.ON, "workstation", "-n", "tenant-example", "--cluster=" + EXAMPLE))
        .isZero();

    assertThat(out.toString())
        .contains(
            "\u001b[32mFits", "\u001b[31mLacks", "\u001b[33mCouldCarry", "\u001b[1mNext step:");
  }

  private int run(Path cluster, String... arguments) {
    String[] all = new String[arguments.length + 1];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--cluster=" + cluster;
    return execute(command(), Ansi.OFF, all);
  }

  private static ExplainCommand command() {
    return new ExplainCommand(
        surroundings(),
        configuration -> FileCluster.open(configuration.folder().orElseThrow()),
        InstantSource.system());
  }

  private static Surroundings surroundings() {
    return new Surroundings(Map.of(), Path.of("nowhere"));
  }

  /** With the statuses that the program gives to exceptions. */
  private int execute(ExplainCommand command, Ansi ansi, String... arguments) {
    return new CommandLine(command)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setColorScheme(Help.defaultColorScheme(ansi))
        .setExecutionExceptionHandler((e, line, result) -> {
          line.getErr().println(e.getMessage());
          return e instanceof ConfigurationException ? 2 : 1;
        })
        .execute(arguments);
  }
}
