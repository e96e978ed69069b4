package io.vgpusteward.server.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.file.FileVirtualMachines;
import io.vgpusteward.server.config.ConfigurationException;
import io.vgpusteward.server.config.Surroundings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command on a folder, of which it says what to take out. */
class ReleaseCommandTest {
  private static final String AFFINITY =
      """
      ---
      apiVersion: kubevirt.io/v1
      kind: VirtualMachine
      metadata:
        name: %s
        namespace: %s
        annotations: {vgpu-steward.io/injected: '{"request":"L40S-24Q*1","affinity":["L40S-24Q"]}'}
      spec:
        template:
          spec:
            affinity:
              nodeAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                  nodeSelectorTerms:
                  - matchExpressions:
                    - {key: profile.vgpu-steward.io/L40S-24Q, operator: In, values: ["true"]}
      """;

  private static final String TAKE_OUT =
      ": take out of its manifest:"
          + " spec.template.spec.affinity.nodeAffinity[profile.vgpu-steward.io/L40S-24Q]\n";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void guests() throws IOException {
    Files.writeString(
        folder.resolve("vms.yaml"),
        AFFINITY.formatted("one", "tenant-a")
            + AFFINITY.formatted("two", "tenant-b")
            + AFFINITY
                .formatted("left", "tenant-a")
                .replace(
                    "  annotations", "  labels: {vgpu-steward.io/inject: 'false'}\n  annotations")
            + AFFINITY.formatted("broken", "tenant-a").replace("\"request\"", "\"r\"")
            + AFFINITY
                .formatted("plain", "tenant-a")
                .replaceAll("(?s)  annotations.*", "spec: {template: {spec: {}}}\n"));
  }

  @Test
  void all_saysForEach_andSumsUp() {
    assertThat(run("--all")).isEqualTo(1);

    assertThat(out.toString())
        .isEqualTo(
            "tenant-a/left: left alone: its label vgpu-steward.io/inject says so\n"
                + "tenant-a/one"
                + TAKE_OUT
                + "tenant-b/two"
                + TAKE_OUT
                + "2 to be released, 1 left alone, 1 failed\n");
    assertThat(err.toString()).startsWith("tenant-a/broken: its annotation ").hasLineCount(1);
  }

  @Test
  void namespace_boundsAll_andCompletesNames() {
    assertThat(run("--all", "-n", "tenant-b")).isEqualTo(1);
    assertThat(out.toString()).isEqualTo("tenant-b/two" + TAKE_OUT + "1 to be released\n");

    assertThat(run("plain", "-n", "tenant-a")).isZero();
    assertThat(out.toString()).endsWith("tenant-a/plain: holds no placement of vgpu-steward's\n");
    assertThat(run("tenant-a/left")).isZero();
    assertThat(run("one")).isEqualTo(1);
    assertThat(err.toString()).isEqualTo("default/one: there is no such virtual machine\n");
  }

  @Test
  void all_ofNothing_saysSo() {
    assertThat(run("--all", "-n", "tenant-c")).isZero();
    assertThat(out.toString()).isEqualTo("no virtual machine holds anything of vgpu-steward's\n");
  }

  @Test
  void namesAndAll_doNotGoTogether() {
    assertThatThrownBy(() -> run()).isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> run("--all", "one"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("release: name VMs, or give --all");
  }

  @Test
  void clusterThatCannotBeOpened_isStatus2() {
    ReleaseCommand command =
        new ReleaseCommand(
            surroundings(),
            configuration -> {
              throw new ClusterException("no cluster");
            });

    assertThat(execute(command, "--all", "--cluster=" + folder)).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("vgpu-steward: no cluster\n");
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "--cluster=" + folder;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return execute(
        new ReleaseCommand(
            surroundings(),
            configuration -> FileVirtualMachines.open(configuration.folder().orElseThrow())),
        all);
  }

  private int execute(ReleaseCommand command, String... arguments) {
    new CommandLine(command)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .parseArgs(arguments);
    return command.call();
  }

  private Surroundings surroundings() {
    return new Surroundings(Map.of(), folder);
  }
}
