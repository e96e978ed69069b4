package io.vgpusteward.server.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.cluster.object.ObjectReader;
import io.vgpusteward.server.config.Surroundings;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.Profile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The command on a folder that is a cluster, once. */
final class AgentCommandTest {
  @TempDir private Path cluster;
  @TempDir private Path sys;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void begin() throws IOException {
    Sysfs.of(sys, 2);
    write(
        "objects.yaml",
        """
        apiVersion: v1
        kind: Node
        metadata: {name: n1, uid: the-uid}
        status: {allocatable: {nvidia.com/L40S-24Q: "2"}}
        ---
        apiVersion: kubevirt.io/v1
        kind: KubeVirt
        metadata: {name: kubevirt, namespace: kubevirt}
        spec:
          configuration:
            permittedHostDevices:
              pciHostDevices:
              - {pciVendorSelector: "10DE:26B9", resourceName: nvidia.com/L40S-24Q}
            developerConfiguration: {featureGates: [HostDevices]}
        status: {observedKubeVirtVersion: v1.9.0}
        """);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(cluster.resolve(name), text, UTF_8);
  }

  private void configure(String lines) throws IOException {
    write(
        "profiles.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vgpu-profiles, namespace: vgpu-steward}\n"
            + "data:\n  profiles: |\n    "
            + lines.replace("\n", "\n    ")
            + "\n");
  }

  private int run(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--cluster", cluster.toString()));
    arguments.addAll(List.of("--sysfs-root", sys.toString(), "--settle", "0s"));
    arguments.addAll(List.of(more));
    return new CommandLine(
            new AgentCommand(
                new Surroundings(Map.of("NODE_NAME", "n1"), cluster), InstantSource.system()))
        .setOverwrittenOptionsAllowed(true)
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }

  @Test
  void plan_showsWhatWouldBeDone_andDoesNothing() throws IOException {
    configure("0000:41:00.4=1155\n0000:41:00.5=L40S-24Q");
    assertThat(run("--once", "--dry-run")).isEqualTo(5);
    assertThat(out.toString())
        .isEqualTo(
            """
            GPU                 VF             CARRIES   CONFIGURED   STATE      HELD BY   WHY
            0000:41:00.0 L40S   0000:41:00.4   -         L40S-24Q     Changing   -         gets L40S-24Q
                                0000:41:00.5   -         L40S-24Q     Changing   -         gets L40S-24Q

            Ready: True, Ready: 1 GPU with 2 virtual functions: 2 Changing
            ConfigValid: True, Valid: every line of the configuration is followed
            Advertised: Unknown, Changing: virtual functions of nvidia.com/L40S-24Q are about to change: wait for it
            Labels: none
            """);
    assertThat(new Sysfs(sys).type(0)).isEqualTo("0");
    assertThat(cluster.resolve(".vgpu-steward")).doesNotExist();
  }

  @Test
  void once_doesIt_andPublishesWhatOthersRead() throws IOException {
    configure("0000:41:00.4=1155\n0000:41:00.5=L40S-24Q");
    assertThat(run("--once")).isZero();
    assertThat(new Sysfs(sys).type(0)).isEqualTo("1155");
    assertThat(new Sysfs(sys).type(1)).isEqualTo("1155");
    List<String> problems = new ArrayList<>();
    NodeInventory inventory = ObjectReader.inventory(own("vgpunodes/n1.yaml"), problems::add);
    assertThat(problems).isEmpty();
    assertThat(inventory.ready()).isTrue();
    assertThat(inventory.carried()).isEqualTo(Map.of(Profile.parse("L40S-24Q").orElseThrow(), 2));
    assertThat(ObjectReader.node(own("nodes/n1.yaml"), problems::add).profiles())
        .containsExactly("L40S-24Q");
    assertThat(ObjectReader.heartbeat(own("leases/vgpu-steward-agent-n1.yaml"), problems::add))
        .hasValueSatisfying(heartbeat -> {
          assertThat(heartbeat.node()).isEqualTo("n1");
          assertThat(heartbeat.namespace()).isEqualTo("vgpu-steward");
        });
    assertThat(run("--once", "--dry-run")).isZero();
  }

  private JsonNode own(String file) {
    return Manifests.read(cluster.resolve(".vgpu-steward").resolve(file)).getFirst().object();
  }

  @Test
  void cleanup_takesAwayWhatWasPublished_andLeavesWhatIsCarried() throws IOException {
    configure("0000:41:00.4=1155");
    assertThat(run("--once")).isZero();
    assertThat(run("--cleanup")).isZero();
    assertThat(cluster.resolve(".vgpu-steward/vgpunodes/n1.yaml")).doesNotExist();
    assertThat(cluster.resolve(".vgpu-steward/leases/vgpu-steward-agent-n1.yaml")).doesNotExist();
    assertThat(own("nodes/n1.yaml").path("metadata").path("labels").size()).isZero();
    assertThat(own("nodes/n1.yaml").path("metadata").path("annotations").size()).isZero();
    assertThat(new Sysfs(sys).type(0)).isEqualTo("1155");
    assertThat(run("--cleanup")).as("again").isZero();
  }

  @Test
  void functionThatAPodMayGet_isWaitedFor() throws IOException {
    configure("0000:41:00.4=1155\n0000:41:00.5=1155");
    assertThat(run("--once")).isZero();
    write(
        "pod.yaml",
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: virt-launcher-one
          namespace: team
          labels: {kubevirt.io: virt-launcher, vm.kubevirt.io/name: one}
        spec:
          nodeName: n1
          containers:
          - name: compute
            resources: {limits: {nvidia.com/L40S-24Q: "1"}}
        status: {phase: Running}
        """);
    configure("0000:41:00.0/*=L40S-12Q");
    assertThat(run("--once")).isEqualTo(3);
    assertThat(out.toString()).contains("Pending", "virtual machine team/one");
    assertThat(new Sysfs(sys).type(0)).isEqualTo("1155");
  }

  @Test
  void whatCannotBeHad_isStatus4_andTheRestIsDone() throws IOException {
    configure("0000:41:00.4=1155\n0000:41:00.5=L40S-36Q\nnonsense");
    assertThat(run("--once")).isEqualTo(4);
    assertThat(out.toString())
        .contains("ConfigValid: False, BadLines: key profiles, line 3, \"nonsense\"")
        .contains("L40S-36Q");
    assertThat(new Sysfs(sys).type(0)).isEqualTo("1155");
    assertThat(cluster.resolve(".vgpu-steward/events")).isNotEmptyDirectory();
  }

  @Test
  void nodeWithoutGpus_isSaidToBeOne() throws IOException {
    Path empty = Files.createDirectories(sys.resolve("empty/bus/pci/devices"));
    assertThat(run("--once", "--sysfs-root", sys.resolve("empty").toString())).isZero();
    assertThat(empty).isEmptyDirectory();
    assertThat(out.toString()).startsWith("Ready: True, NoGpu: this node has no NVIDIA GPU\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--dry-run | --dry-run goes with --once",
        "--cleanup --once | --cleanup goes without --once and --dry-run",
        "--node Capital | --node: 'Capital' is no name of a Node",
        "--sysfs-root /nowhere | --sysfs-root: /nowhere is not a folder",
        "--profiles-configmap a/b | --profiles-configmap: 'a/b' is no name of a ConfigMap",
        "--interval 0s | --interval: must be longer than nothing"
      })
  void flagsThatAreWrong_areNamed(String flags, String message) {
    List<Exception> failures = new ArrayList<>();
    List<String> arguments =
        new ArrayList<>(List.of("--cluster", cluster.toString(), "--sysfs-root", sys.toString()));
    arguments.addAll(List.of(flags.split(" ", -1)));
    new CommandLine(
            new AgentCommand(
                new Surroundings(Map.of("NODE_NAME", "n1"), cluster), InstantSource.system()))
        .setOverwrittenOptionsAllowed(true)
        .setExecutionExceptionHandler((e, command, result) -> {
          failures.add(e);
          return 2;
        })
        .execute(arguments.toArray(String[]::new));
    assertThat(failures).singleElement().satisfies(e -> assertThat(e).hasMessage(message));
  }
}
