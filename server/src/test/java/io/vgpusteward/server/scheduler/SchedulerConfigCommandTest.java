package io.vgpusteward.server.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.server.config.ConfigurationException;
import io.vgpusteward.server.config.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command's three modes, on files. */
final class SchedulerConfigCommandTest {
  private static final String BLOCK =
      """
      - urlPrefix: "https://10.96.0.10:8444/scheduler"
        filterVerb: filter
        prioritizeVerb: prioritize
        preemptVerb: preempt
        weight: 10
        enableHTTPS: true
        tlsConfig:
          serverName: vgpu-steward.vgpu-steward.svc
          caFile: /etc/kubernetes/vgpu-steward/ca.crt
          certFile: /etc/kubernetes/vgpu-steward/tls.crt
          keyFile: /etc/kubernetes/vgpu-steward/tls.key
        httpTimeout: 1s
        nodeCacheCapable: true
        managedResources:
        - name: vgpu-steward.io/framebuffer-gib
          ignoredByScheduler: true
        ignorable: false
      """;

  private static final String EXISTING =
      """
      # What we run.
      apiVersion: kubescheduler.config.k8s.io/v1
      kind: KubeSchedulerConfiguration
      clientConnection:
        kubeconfig: /etc/kubernetes/scheduler.conf
      profiles:
      - schedulerName: default-scheduler
        percentageOfNodesToScore: 100
      extenders:
      - urlPrefix: "http://other:1"
        filterVerb: filter
        managedResources:
        - name: example.com/other
      """;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void withoutFlags_printsASecondScheduler() {
    assertThat(run()).isZero();

    assertThat(out.toString())
        .isEqualTo(
            """
            apiVersion: kubescheduler.config.k8s.io/v1
            kind: KubeSchedulerConfiguration
            leaderElection:
              leaderElect: true
              resourceName: vgpu-steward-scheduler
              resourceNamespace: vgpu-steward
            profiles:
            - schedulerName: vgpu-steward-scheduler
              percentageOfNodesToScore: 100
            extenders:
            """
                + BLOCK.replace("10.96.0.10", "vgpu-steward.vgpu-steward.svc"));
    assertThat(err.toString()).startsWith("warning: extenders[0].urlPrefix: ").hasLineCount(1);
  }

  @Test
  void flags_areFilledIn() {
    assertThat(
            run(
                "--scheduler-name=gpu",
                "--namespace=ops",
                "--service=steward",
                "--address=[fd00::1]",
                "--port=443",
                "--ca-file=/a",
                "--cert-file=/b",
                "--key-file=/c",
                "--weight=20",
                "--node-percentage=0",
                "--scheduler-kubeconfig=/d"))
        .isZero();

    ObjectNode printed = read(out.toString());
    assertThat(printed.at("/clientConnection/kubeconfig").asText()).isEqualTo("/d");
    assertThat(printed.path("leaderElection").toString())
        .isEqualTo("{\"leaderElect\":true,\"resourceName\":\"gpu\",\"resourceNamespace\":\"ops\"}");
    assertThat(printed.path("profiles").toString())
        .isEqualTo("[{\"schedulerName\":\"gpu\",\"percentageOfNodesToScore\":0}]");
    assertThat(printed.at("/extenders/0/urlPrefix").asText())
        .isEqualTo("https://[fd00::1]:443/scheduler");
    assertThat(printed.at("/extenders/0/weight").asInt()).isEqualTo(20);
    assertThat(printed.at("/extenders/0/tlsConfig").toString())
        .isEqualTo(
            "{\"serverName\":\"steward.ops.svc\",\"caFile\":\"/a\",\"certFile\":\"/b\","
                + "\"keyFile\":\"/c\"}");
    assertThat(err.toString()).startsWith("warning: profiles[0].percentageOfNodesToScore: ");
  }

  @Test
  void defaultScheduler_keepsItsLease() {
    assertThat(
            run(
                "--scheduler-name=default-scheduler",
                "--address=127.0.0.1",
                "--no-client-certificate",
                "--server-name=localhost"))
        .isZero();

    ObjectNode printed = read(out.toString());
    assertThat(printed.path("leaderElection").toString()).isEqualTo("{\"leaderElect\":true}");
    assertThat(printed.at("/extenders/0/tlsConfig").toString())
        .isEqualTo(
            "{\"serverName\":\"localhost\",\"caFile\":\"/etc/kubernetes/vgpu-steward/ca.crt\"}");
  }

  @Test
  void oneReplica_electsNobody() {
    assertThat(run("--leader-elect=false", "--address=10.96.0.10")).isZero();
    assertThat(read(out.toString()).path("leaderElection").toString())
        .isEqualTo("{\"leaderElect\":false}");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void merge_addsTheBlock_andKeepsTheRest() throws IOException {
    Path file = file(EXISTING);

    assertThat(run("--merge=" + file, "--address=10.96.0.10")).isZero();

    assertThat(out.toString()).isEqualTo(EXISTING.replace("# What we run.\n", "") + BLOCK);
    assertThat(err.toString())
        .isEqualTo("changed: extenders[1]: added\nall else is as it was; comments are not kept\n");
    assertThat(file).hasContent(EXISTING);
  }

  @Test
  void merge_isIdempotent() throws IOException {
    assertThat(run("--merge=" + file(EXISTING + BLOCK), "--address=10.96.0.10")).isZero();

    assertThat(out.toString()).isEqualTo(EXISTING.replace("# What we run.\n", "") + BLOCK);
    assertThat(err.toString()).isEqualTo("changed nothing but the form; comments are not kept\n");
  }

  @Test
  void merge_replacesOurs_andTakesOutASecond() throws IOException {
    String ours =
        """
        - urlPrefix: http://10.96.0.9/scheduler
          bindVerb: bind
          tlsConfig:
            keyData: c2VjcmV0
        """;

    assertThat(run("--merge=" + file(EXISTING + ours + BLOCK), "--address=10.96.0.10")).isZero();

    assertThat(out.toString()).isEqualTo(EXISTING.replace("# What we run.\n", "") + BLOCK);
    assertThat(err.toString())
        .contains(
            "changed: extenders[1]: replaced, in bindVerb, enableHTTPS, filterVerb,",
            "changed: extenders[2]: removed, it was vgpu-steward once more\n")
        .doesNotContain("c2VjcmV0");
  }

  @Test
  void merge_intoTheLeast_hasAllThatCounts() throws IOException {
    String least = EXISTING.substring(0, EXISTING.indexOf("clientConnection"));

    assertThat(run("--merge=" + file(least), "--address=10.96.0.10", "--node-percentage=100"))
        .isZero();

    ObjectNode merged = read(out.toString());
    assertThat(merged.path("percentageOfNodesToScore").asInt()).isEqualTo(100);
    assertThat(merged.path("extenders")).hasSize(1);
    assertThat(err.toString())
        .contains("changed: extenders[0]: added", "changed: percentageOfNodesToScore: set to 100");
  }

  @Test
  void merge_saysWhatIsStillWrong() throws IOException {
    String file = EXISTING.replace("ToScore: 100\n", "ToScore: 100\n  plugin: {}\n");

    assertThat(run("--merge=" + file(file), "--address=10.96.0.10")).isEqualTo(1);

    assertThat(out.toString()).contains("vgpu-steward.io/framebuffer-gib");
    assertThat(err.toString()).contains("error: profiles[0].plugin: is no field");
  }

  @Test
  void check_countsErrorsAndWarnings() throws IOException {
    Path file = file(EXISTING + BLOCK);
    assertThat(run("--check=" + file)).isZero();
    assertThat(out.toString()).isEqualTo(file + ": errors: 0, warnings: 0\n");

    Files.writeString(file, EXISTING + BLOCK.replace("weight: 10", "weight: 1"));
    assertThat(run("--check=" + file)).isZero();
    assertThat(out.toString()).contains(file + ": warning: extenders[1].weight: ");

    Files.writeString(file, EXISTING);
    assertThat(run("--check=" + file)).isEqualTo(1);
    assertThat(out.toString())
        .contains(file + ": error: extenders: none", file + ": errors: 1, warnings: 0\n");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: [ | :1: error: ",
        "a: 1\\n---\\nb: 1 | : error: holds 2 objects, and kube-scheduler reads one",
        "# nothing | : error: holds 0 objects",
        "a: 1\\na: 2 | :2: error: this key stands here twice"
      })
  void check_ofWhatIsNoManifest_isAFinding(String content, String finding) throws IOException {
    Path file = file(content.replace("\\n", "\n"));
    assertThat(run("--check=" + file)).isEqualTo(1);
    assertThat(out.toString()).startsWith(file + finding);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--merge=a --check=b | --merge and --check do not go together",
        "--check=/nowhere | --check: cannot read /nowhere",
        "--check=/ | --check: cannot read /",
        "--merge=/nowhere --address=10.0.0.1 | --merge: cannot read /nowhere",
        "--merge=/nowhere | --address is needed, since a static pod does not resolve vgpu-steward.vgpu-steward.svc: give the ClusterIP that 'kubectl -n vgpu-steward get service vgpu-steward' shows, or 127.0.0.1",
        "--scheduler-name=default-scheduler | --address is needed",
        "--merge=/nowhere --leader-elect=true | --leader-elect and --scheduler-kubeconfig are for a new configuration",
        "--merge=/nowhere --scheduler-kubeconfig=a | --leader-elect and --scheduler-kubeconfig are for a new configuration",
        "--node-percentage=101 | --node-percentage: 101 is not 0 to 100",
        "--weight=0 | --weight: 0 is not 1 or more",
        "--port=65536 | --port: 65536 is not 1 to 65535",
        "--address=10.0.0.1:8444/x | --address: '10.0.0.1:8444/x' is no address and no name; give the port by --port"
      })
  void commandLine_thatIsWrong_isMisuse(String arguments, String message) {
    assertThatThrownBy(() -> run(arguments.split(" ")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(message);
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"kind: Pod", "a: [", "extenders: {}\nkind: KubeSchedulerConfiguration"})
  void merge_intoSomethingElse_isMisuse(String content) throws IOException {
    Path file = file(content);
    assertThatThrownBy(() -> run("--merge=" + file, "--address=10.0.0.1"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("--merge: ");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void percentage_ofAProfileThatIsNotThere_isMisuse() throws IOException {
    Path file = file(EXISTING);
    assertThatThrownBy(() ->
            run(
                "--merge=" + file,
                "--address=10.0.0.1",
                "--node-percentage=1",
                "--scheduler-name=x"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "--node-percentage: the file has no profile for x, only for default-scheduler; name one"
                + " of these by --scheduler-name");
  }

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("scheduler.yaml"), content);
  }

  private int run(String... arguments) {
    SchedulerConfigCommand command =
        new SchedulerConfigCommand(new Surroundings(Map.of(), folder.resolve("account")));
    new CommandLine(command)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .parseArgs(arguments);
    return command.call();
  }

  private static ObjectNode read(String yaml) {
    return Manifests.read("-", new ByteArrayInputStream(yaml.getBytes(UTF_8))).getFirst().object();
  }
}
