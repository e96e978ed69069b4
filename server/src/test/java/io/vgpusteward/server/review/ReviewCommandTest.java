package io.vgpusteward.server.review;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vgpusteward.cluster.file.FileCluster;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.server.config.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The command on the example cluster; the examples are what the README shows. */
class ReviewCommandTest {
  private static final Path EXAMPLES = Path.of("..", "examples");
  private static final String CLUSTER = "--cluster=" + EXAMPLES.resolve("cluster");

  private static final String GPU_WRONG =
      """
      apiVersion: kubevirt.io/v1
      kind: VirtualMachine
      metadata:
        name: wrong
        namespace: team
        annotations: {vgpu-steward.io/profile: H100-80C}
      """;
  private static final String GPU_GOOD =
      """
      apiVersion: kubevirt.io/v1
      kind: VirtualMachine
      metadata:
        name: good
        annotations: {vgpu-steward.io/profile: L40S-24Q}
      spec: {template: {spec: {domain: {devices: {}}}}}
      """;
  private static final String GPU_WARNED =
      """
      apiVersion: kubevirt.io/v1
      kind: VirtualMachine
      metadata: {name: drive}
      spec:
        template:
          spec:
            domain: {devices: {gpus: [{name: g, deviceName: nvidia.com/L40S-24Q}]}}
            volumes: [{name: c, cloudInitConfigDrive: {userData: '#cloud-config'}}]
      """;
  private static final String GPU_LISTED =
      GPU_WARNED.replace("cloudInitConfigDrive", "cloudInitNoCloud");

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String in = "";

  @Test
  void objects_arePrintedAsTheyWouldBeStored() {
    assertThat(run(CLUSTER, EXAMPLES.resolve("vm.yaml").toString())).isZero();

    List<Manifest> printed = manifests(out.toString());
    assertThat(printed).hasSize(1);
    assertThat(printed.getFirst().object().at("/spec/template/spec/domain/devices/hostDevices/0"))
        .hasToString("{\"name\":\"vgpu0\",\"deviceName\":\"nvidia.com/L40S-24Q\"}");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void whatIsPrinted_isStoredUnchanged() {
    run(CLUSTER, EXAMPLES.resolve("vm.yaml").toString());
    in = out.toString();
    String first = in;
    out.getBuffer().setLength(0);

    assertThat(run(CLUSTER, "-")).isZero();
    assertThat(out.toString()).isEqualTo(first);
  }

  @Test
  void patch_isPrintedOneLineAnObject() throws IOException {
    in =
        Files.readString(EXAMPLES.resolve("vm-instancetype.yaml"))
            + "---\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: other}\n";

    assertThat(run(CLUSTER, "-o", "patch", "-")).isZero();

    List<String> lines = out.toString().lines().toList();
    assertThat(lines).hasSize(2).last().isEqualTo("[]");
    JsonNode patch = JsonMapper.builder().build().readTree(lines.getFirst());
    assertThat(patch.findValuesAsText("path")).contains("/spec/template/spec/affinity");
  }

  @Test
  void denial_isStatus1_withPlaceAndReason_andTheOthersArePrinted() {
    in =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: fine}
        ---
        apiVersion: kubevirt.io/v1
        kind: VirtualMachine
        metadata:
          name: wrong
          namespace: tenant-example
          annotations: {vgpu-steward.io/profile: H100-80C}
        spec: {template: {spec: {domain: {devices: {}}}}}
        """;

    assertThat(run(CLUSTER, "-")).isEqualTo(1);

    assertThat(err.toString())
        .startsWith("-:5: VirtualMachine tenant-example/wrong: denied: metadata.annotations[")
        .contains("permitted here: A10-12Q, L40S-24Q");
    assertThat(manifests(out.toString())).hasSize(1);
  }

  @Test
  void warnings_goToStandardError() {
    in =
        """
        apiVersion: kubevirt.io/v1
        kind: VirtualMachine
        metadata: {name: drive, namespace: tenant-example}
        spec:
          template:
            spec:
              domain: {devices: {gpus: [{name: g, deviceName: nvidia.com/L40S-24Q}]}}
              volumes: [{name: c, cloudInitConfigDrive: {userData: '#cloud-config'}}]
        """;

    assertThat(run(CLUSTER, "-")).isZero();
    assertThat(err.toString()).contains("warning: spec.template.spec.volumes[0]");
  }

  @Test
  void old_makesItAnUpdate() {
    String vm = EXAMPLES.resolve("vm-instancetype.yaml").toString();

    assertThat(run(CLUSTER, "-o=patch", "--old=" + vm, vm)).isZero();
    assertThat(out.toString()).as("nothing was changed").isEqualTo("[]\n");
  }

  @Test
  void optedOutNamespace_isLeftAlone() throws IOException {
    in =
        Files.readString(EXAMPLES.resolve("vm.yaml"))
            .replace("namespace: tenant-example", "namespace: tenant-manual");

    assertThat(run(CLUSTER, "-o=patch", "-")).isZero();
    assertThat(out.toString()).isEqualTo("[]\n");
  }

  @Test
  void fileThatIsNotThere_isStatus2() {
    assertThat(run(CLUSTER, "/nowhere.yaml")).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("vgpu-steward: /nowhere.yaml: there is no such file\n");
  }

  @Test
  void fileThatIsNoYaml_isStatus2_withItsLine() {
    in = "a: b\nc: [\n";

    assertThat(run(CLUSTER, "-")).isEqualTo(2);
    assertThat(err.toString()).startsWith("-:3: error: ");
  }

  @Test
  void clusterThatIsBroken_isStatus2() throws IOException {
    Files.writeString(folder.resolve("broken.yaml"), "kind: [\n");

    assertThat(run("--cluster=" + folder, EXAMPLES.resolve("vm.yaml").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("broken.yaml");
  }

  @Test
  void folder_isReviewedAtAnyDepth_andWhatIsBrokenDoesNotStopTheRest() throws IOException {
    write("apps/a.yaml", GPU_WRONG + "---\nkind: ConfigMap\napiVersion: v1\n---\n- a list\n");
    write("apps/deep/b.yml", GPU_WARNED);
    write("c.json", "{\"apiVersion\": \"v1\", \"kind\": \"Service\"}");
    write("d.yaml", "kind: VirtualMachine\na: [\n");
    write("values.txt", "kind: [");
    write(".git/e.yaml", "kind: [");

    assertThat(run(CLUSTER, folder.toString())).isEqualTo(2);

    List<String> lines = out.toString().replace(folder + "/", "").lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0))
        .startsWith("apps/a.yaml:1: VirtualMachine team/wrong: denied: metadata.annotations[");
    assertThat(lines.get(1))
        .startsWith("apps/deep/b.yml:1: VirtualMachine default/drive: warning: spec.template");
    assertThat(lines.get(2)).startsWith("apps/a.yaml:11: error: is not a Kubernetes object");
    assertThat(lines.get(3)).startsWith("d.yaml:3: error: ");
    assertThat(lines.get(4))
        .isEqualTo(
            "2 objects reviewed: 1 denied, 1 with warnings; 2 objects of other kinds;"
                + " 2 not to be reviewed");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GOOD,    denial,  0",
    "WARNED,  denial,  0",
    "WARNED,  warning, 1",
    "WRONG,   denial,  1",
    "WRONG,   warning, 1",
    "GOOD,    warning, 0",
  })
  void status_isThatOfTheWorst(String which, String failOn, int status) {
    in =
        switch (which) {
          case "GOOD" -> GPU_GOOD;
          case "WARNED" -> GPU_WARNED;
          default -> GPU_WRONG;
        };

    assertThat(run(CLUSTER, "-o=findings", "--fail-on=" + failOn, "-")).isEqualTo(status);
  }

  @Test
  void json_isOneDocument() throws IOException {
    Path bad = write("bad.yaml", GPU_WRONG);
    Path good = write("good.yaml", GPU_GOOD);

    assertThat(run(CLUSTER, "-o=json", bad.toString(), good.toString())).isEqualTo(1);

    JsonNode report = JsonMapper.builder().build().readTree(out.toString());
    assertThat(report.path("version").asInt()).isEqualTo(1);
    assertThat(report.path("status").asInt()).isEqualTo(1);
    assertThat(report.path("counts"))
        .hasToString(
            "{\"reviewed\":2,\"denied\":1,\"warned\":0,\"changed\":1,\"otherKinds\":0,"
                + "\"notReviewed\":0}");
    assertThat(report.path("findings")).hasSize(2);
    JsonNode denial = report.path("findings").get(0);
    assertThat(denial.path("file").asText()).isEqualTo(bad.toString());
    assertThat(denial.path("line").asInt()).isEqualTo(1);
    assertThat(denial.path("object"))
        .hasToString(
            "{\"apiVersion\":\"kubevirt.io/v1\",\"kind\":\"VirtualMachine\","
                + "\"namespace\":\"team\",\"name\":\"wrong\"}");
    assertThat(denial.path("verdict").asText()).isEqualTo("deny");
    JsonNode change = report.path("findings").get(1);
    assertThat(change.path("verdict").asText()).isEqualTo("change");
    assertThat(change.path("patch").findValuesAsText("path"))
        .contains("/spec/template/spec/domain/devices/hostDevices");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void objectOfTheCluster_isUpdated() throws IOException {
    Files.copy(EXAMPLES.resolve("cluster/kubevirt.yaml"), folder.resolve("kubevirt.yaml"));
    write("vm.yaml", GPU_LISTED);
    in = GPU_LISTED;

    assertThat(run("--cluster=" + folder, "-o=patch", "-")).isZero();

    assertThat(out.toString()).as("it is older than vgpu-steward").isEqualTo("[]\n");
    out.getBuffer().setLength(0);
    assertThat(run("--cluster=" + folder, "-o=patch", "--default-namespace=other", "-")).isZero();
    assertThat(out.toString()).as("another object").contains("vgpu-steward.io~1injected");
  }

  @Test
  void old_mayBeAFolder() throws IOException {
    write("old/vm.yaml", GPU_LISTED);
    in = GPU_LISTED;

    assertThat(run(CLUSTER, "-o=patch", "--old=" + folder, "-")).isZero();
    assertThat(out.toString()).isEqualTo("[]\n");
  }

  @Test
  void old_thatIsBroken_isStatus2() throws IOException {
    Path broken = write("old.yaml", "kind: [\n");

    assertThat(run(CLUSTER, "--old=" + broken, "-")).isEqualTo(2);
    assertThat(err.toString()).startsWith("vgpu-steward: " + broken + ":");
  }

  @Test
  void renderedCharts_andLists_areRead() {
    in =
        "---\n# Source: chart/templates/vm.yaml\n"
            + GPU_WARNED
            + "---\n# Source: chart/templates/empty.yaml\n---\n"
            + "apiVersion: kubevirt.io/v1\nkind: VirtualMachineList\nitems:\n- metadata:\n"
            + "    name: listed\n    annotations: {vgpu-steward.io/profile: nonsense}\n";

    assertThat(run(CLUSTER, "-o=findings", "-n=team", "-")).isEqualTo(1);

    assertThat(out.toString())
        .contains("-:3: VirtualMachine team/drive: warning: ")
        .contains("-:17: VirtualMachine team/listed: denied: ");
  }

  @Test
  void userDataThatASnapshotLeftOut_isNotPrintedUnnoticed() {
    in =
        """
        apiVersion: kubevirt.io/v1
        kind: VirtualMachine
        metadata:
          name: kept
          annotations: {vgpu-steward.io/user-data: leftOutOfTheSnapshot}
        """;

    run(CLUSTER, "-o=yaml", "-");

    assertThat(err.toString())
        .contains("VirtualMachine default/kept is printed without user data that the snapshot has");
  }

  @Test
  void standardInput_canBeReadOnce() {
    assertThat(run(CLUSTER, "-", "-")).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("- can be read once only\n");
  }

  @Test
  void help_saysWhatCounts() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("manifests do not", "see each other", "--fail-on", "--old", "--as-group")
        .contains("findings", "json", "yaml", "patch", "Exit status, by the worst:");
  }

  private static List<Manifest> manifests(String text) {
    return Manifests.read("out", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private int run(String... arguments) {
    return command().execute(arguments);
  }

  private CommandLine command() {
    ReviewCommand command =
        new ReviewCommand(
            new Surroundings(Map.of(), folder),
            configuration -> FileCluster.open(configuration.folder().orElseThrow()),
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)));
    CommandLine line =
        new CommandLine(command)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler((e, of, parsed) -> {
              of.getErr().println(e.getMessage());
              return 2;
            })
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    line.getCommandSpec().mixinStandardHelpOptions(true);
    return line;
  }
}
