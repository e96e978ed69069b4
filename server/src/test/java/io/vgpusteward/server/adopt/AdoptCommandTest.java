package io.vgpusteward.server.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.file.FileCluster;
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

/** The command on a folder, which it can look at and not change. */
class AdoptCommandTest {
  private static final String VM =
      """
      apiVersion: kubevirt.io/v1
      kind: VirtualMachine
      metadata: {name: %s, namespace: %s}
      spec: {template: {spec: {domain: {devices: {gpus: [{name: g, deviceName: %s}]}}}}}
      """;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void guests() throws IOException {
    Files.writeString(
        folder.resolve("vms.yaml"),
        VM.formatted("one", "tenant-a", "nvidia.com/L40S-24Q")
            + "---\n"
            + VM.formatted("two", "tenant-b", "nvidia.com/L40S-24Q")
            + "---\n"
            + VM.formatted("network", "tenant-a", "example.com/nic"));
  }

  @Test
  void dryRunOfAll_listsThoseThatLackSomething() {
    assertThat(run("--all", "--dry-run")).isEqualTo(1);

    assertThat(err.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("tenant-a/one: it asks for nvidia.com/L40S-24Q*1"),
            line -> assertThat(line).startsWith("tenant-b/two: "));
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void namespace_boundsAll_andCompletesNames() {
    assertThat(run("--all", "--dry-run", "-n", "tenant-b")).isEqualTo(1);
    assertThat(err.toString().lines()).singleElement().asString().startsWith("tenant-b/two: ");

    assertThat(run("network", "--dry-run", "-n", "tenant-a")).isZero();
    assertThat(out.toString()).isEqualTo("tenant-a/network: lacks nothing\n");
  }

  @Test
  void folder_isNotWritten() {
    assertThat(run("tenant-a/one")).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "tenant-a/one: the guests of this cluster are not written; edit their manifests\n");
  }

  @Test
  void clusterThatCannotBeOpened_isStatus2() {
    AdoptCommand command =
        new AdoptCommand(
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
        new AdoptCommand(
            surroundings(),
            configuration -> FileCluster.open(configuration.folder().orElseThrow())),
        all);
  }

  private int execute(AdoptCommand command, String... arguments) {
    return new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private Surroundings surroundings() {
    return new Surroundings(Map.of(), folder);
  }
}
