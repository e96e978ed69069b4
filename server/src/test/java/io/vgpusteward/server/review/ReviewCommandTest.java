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
import picocli.CommandLine;

/** The command on the example cluster; the examples are what the README shows. */
class ReviewCommandTest {
  private static final Path EXAMPLES = Path.of("..", "examples");
  private static final String CLUSTER = "--cluster=" + EXAMPLES.resolve("cluster");

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
    assertThat(err.toString()).startsWith("vgpu-steward: -:3");
  }

  @Test
  void clusterThatIsBroken_isStatus2() throws IOException {
    Files.writeString(folder.resolve("broken.yaml"), "kind: [\n");

    assertThat(run("--cluster=" + folder, EXAMPLES.resolve("vm.yaml").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("broken.yaml");
  }

  private static List<Manifest> manifests(String text) {
    return Manifests.read("out", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private int run(String... arguments) {
    ReviewCommand command =
        new ReviewCommand(
            new Surroundings(Map.of(), folder),
            configuration -> FileCluster.open(configuration.folder().orElseThrow()),
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)));
    return new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
