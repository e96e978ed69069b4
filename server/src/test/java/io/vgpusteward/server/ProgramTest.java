package io.vgpusteward.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vgpusteward.server.config.Settings;
import io.vgpusteward.server.config.Surroundings;
import io.vgpusteward.server.serve.Features;
import io.vgpusteward.server.serve.TestCluster;
import io.vgpusteward.server.serve.Wiring;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProgramTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final AtomicInteger opened = new AtomicInteger();
  private final TestCluster cluster = new TestCluster();

  @Test
  void help_listsCommandsAndHowToSetThings() {
    assertThat(run(Map.of(), "--help")).isZero();
    assertThat(out.toString())
        .contains(
            "serve",
            "review",
            "snapshot",
            "adopt",
            "release",
            "webhook-config",
            "scheduler-config",
            "demo")
        .contains("--config", "VGPU_STEWARD_SOME_NAME");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void serveHelp_listsEveryKey() {
    assertThat(run(Map.of(), "serve", "--help")).isZero();
    assertThat(out.toString())
        .contains(Settings.optionsOf(program(Map.of()).serve()))
        .contains("affinity or extender", "text, json", "error, warn, info, debug")
        .contains("Default: 10s", "Default: 2m");
  }

  @Test
  void snapshot_withoutAKubeconfigThatCanBeRead_isMisuse() {
    assertThat(run(Map.of(), "snapshot", "--kubeconfig=/nowhere", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("vgpu-steward: --kubeconfig: cannot read /nowhere\n");
  }

  @Test
  void snapshot_ofAKubeconfigThatIsBroken_fails() throws IOException {
    Path broken = Files.writeString(folder.resolve("kubeconfig"), "users: [{token: hunter2");
    Path to = folder.resolve("snapshot");
    assertThat(run(Map.of(), "snapshot", "--kubeconfig=" + broken, to.toString())).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo("vgpu-steward: cannot use the kubeconfig " + broken + "\n");
    assertThat(to).doesNotExist();
  }

  @Test
  void version_isPrinted() {
    assertThat(run(Map.of(), "--version")).isZero();
    assertThat(out.toString()).isEqualTo("vgpu-steward development\n");
  }

  @Test
  void nothing_isMisuse() {
    assertThat(run(Map.of())).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo("vgpu-steward: Missing required subcommand (try 'vgpu-steward --help')\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--listen=nowhere | Invalid value for option '--listen': 'nowhere' is not host:port",
        "--placement=random | Invalid value for option '--placement': expected one of [AFFINITY, EXTENDER] (case-insensitive)",
        "--shutdown-grace=soon | Invalid value for option '--shutdown-grace': 'soon' is not a duration",
        "--controller=maybe | Invalid value for option '--controller': 'maybe' is not a boolean",
        "--log-level=loud | Invalid value for option '--log-level': expected one of [ERROR, WARN, INFO, DEBUG] (case-insensitive)",
        "--listn=a:1 | Unknown option: '--listn=a:1'"
      })
  void flag_thatIsWrong_isOneLineAndStatus2(String flag, String message) {
    assertThat(run(Map.of(), "serve", "--cluster=" + folder, flag)).isEqualTo(2);
    assertThat(err.toString()).startsWith("vgpu-steward: " + message);
    assertNothingStarted();
  }

  @Test
  void variable_thatIsWrong_isNamed() {
    assertThat(run(Map.of("VGPU_STEWARD_METRICS_LISTEN", "8080"), "serve", "--cluster=" + folder))
        .isEqualTo(2);
    assertThat(err.toString())
        .startsWith(
            "vgpu-steward: VGPU_STEWARD_METRICS_LISTEN: Invalid value for option"
                + " '--metrics-listen': '8080' is not host:port");
    assertNothingStarted();
  }

  @Test
  void fileWithAWrongValue_isNamedWithItsLine() throws IOException {
    Path file = Files.writeString(folder.resolve("c.yaml"), "namespace: a\nlog-format: xml\n");
    assertThat(run(Map.of(), "serve", "--cluster=" + folder, "--config=" + file)).isEqualTo(2);
    assertThat(err.toString())
        .startsWith(
            "vgpu-steward: " + file + ":2: log-format: Invalid value for option '--log-format'");
    assertNothingStarted();
  }

  @Test
  void fileWithAWrongKey_isNamedWithItsLine() throws IOException {
    Path file = Files.writeString(folder.resolve("c.yaml"), "namespase: a\n");
    assertThat(run(Map.of(), "serve", "--cluster=" + folder, "--config=" + file)).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("vgpu-steward: " + file + ":1: unknown key 'namespase'; known are ");
    assertNothingStarted();
  }

  @Test
  void combination_thatMakesNoSense_isMisuse() {
    assertThat(run(Map.of(), "serve", "--cluster=/nowhere")).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("vgpu-steward: --cluster: /nowhere is not a folder\n");
    assertNothingStarted();
  }

  @Test
  void certificate_thatIsOfNoUse_isMisuse() throws IOException {
    Path nothing = Files.writeString(folder.resolve("tls.crt"), "nothing");
    assertThat(run(Map.of(), "serve", "--tls-certificate=" + nothing, "--tls-key=" + nothing))
        .isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo("vgpu-steward: " + nothing + ": no CERTIFICATE block found\n");
    assertNothingStarted();
  }

  @Test
  void serve_saysReadyOnce_andEndsWhenInterrupted() throws Exception {
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      CompletableFuture<Integer> status =
          CompletableFuture.supplyAsync(
              () ->
                  run(
                      Map.of("VGPU_STEWARD_LISTEN", "127.0.0.1:0"),
                      "--log-level=warn",
                      "serve",
                      "--cluster=" + folder,
                      "--metrics-listen=127.0.0.1:0"),
              thread);
      await().until(() -> out.toString().endsWith("\n"));
      assertThat(out.toString()).matches("ready https://127\\.0\\.0\\.1:[1-9]\\d+\n");
      assertThat(folder.resolve(".vgpu-steward/ca.crt")).isRegularFile();
      thread.shutdownNow();
      assertThat(status.get()).isZero();
      assertThat(cluster.isClosed()).isTrue();
      assertThat(err.toString()).isEmpty();
    }
  }

  private void assertNothingStarted() {
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(out.toString()).isEmpty();
    assertThat(opened).hasValue(0);
  }

  private int run(Map<String, String> environment, String... arguments) {
    return program(environment).run(arguments);
  }

  private Program program(Map<String, String> environment) {
    return new Program(
        new Surroundings(environment, folder),
        new Wiring(
            configuration -> {
              opened.incrementAndGet();
              return cluster;
            },
            configuration -> new Features(List.of(), List.of())),
        new PrintWriter(out, true),
        new PrintWriter(err, true));
  }
}
