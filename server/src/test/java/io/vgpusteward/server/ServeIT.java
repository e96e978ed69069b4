package io.vgpusteward.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vgpusteward.server.http.TlsClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real process and real signals. */
final class ServeIT {
  @TempDir Path folder;
  private Optional<Process> started = Optional.empty();

  @AfterEach
  void kill() {
    started.ifPresent(Process::destroyForcibly);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void signal_letsTheRequestInFlightFinish_andEndsWithStatus0(String signal) throws Exception {
    String url = start(Map.of());
    try (TlsClient client = client()) {
      CompletableFuture<HttpResponse<String>> inFlight = client.getAsync(url + "/wait");
      await().until(() -> log().contains("waiting"));
      signal(signal);
      await().until(() -> log().contains("shutting down"));
      assertThat(process().isAlive()).isTrue();
      assertThat(inFlight).isNotDone();
      Files.createFile(folder.resolve("go"));
      assertThat(inFlight.get().body()).isEqualTo("done");
    }
    assertThat(process().waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process().exitValue()).isZero();
    assertThat(stdout()).isEqualTo("ready " + url + "\n");
    assertThat(log()).contains("INFO  SignalHandling: stopped");
  }

  @Test
  void signal_withARequestThatNeverEnds_endsWithinTheGrace() throws Exception {
    String url = start(Map.of("VGPU_STEWARD_SHUTDOWN_GRACE", "4s"));
    try (TlsClient client = client()) {
      CompletableFuture<HttpResponse<String>> inFlight = client.getAsync(url + "/wait");
      await().until(() -> log().contains("waiting"));
      long before = System.nanoTime();
      signal("TERM");
      assertThat(process().waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(6));
      assertThat(process().exitValue()).isZero();
      await().until(inFlight::isCompletedExceptionally);
    }
  }

  @Test
  void signal_withAControllerThatNeverCloses_givesUpAfterTheGrace() throws Exception {
    start(Map.of("VGPU_STEWARD_SHUTDOWN_GRACE", "1s", "STUCK", "yes"));
    signal("TERM");
    assertThat(process().waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process().exitValue()).isEqualTo(1);
    assertThat(log()).contains("not closed within 1.0 s: giving up");
  }

  @Test
  void log_isJsonWhenAskedFor_andNamesVariablesThatSetNothing() throws Exception {
    start(
        Map.of(
            "VGPU_STEWARD_LOG_FORMAT", "json",
            "VGPU_STEWARD_LISTN", "127.0.0.1:1",
            "VGPU_STEWARD_SERVICE_HOST", "10.0.0.1"));
    assertThat(log().lines()).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    assertThat(log())
        .contains("VGPU_STEWARD_LISTN sets nothing: there is no such flag")
        .doesNotContain("SERVICE_HOST");
  }

  private String start(Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ServeProcess.class.getName(),
                "serve",
                "--cluster=" + folder,
                "--listen=127.0.0.1:0",
                "--metrics-listen=127.0.0.1:0")
            .redirectOutput(folder.resolve("stdout").toFile())
            .redirectError(folder.resolve("stderr").toFile());
    builder.environment().put("GO", folder.resolve("go").toString());
    builder.environment().putAll(environment);
    started = Optional.of(builder.start());
    await()
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> stdout().endsWith("\n") || !process().isAlive());
    assertThat(process().isAlive()).withFailMessage(this::log).isTrue();
    return stdout().strip().substring("ready ".length());
  }

  private Process process() {
    return started.orElseThrow();
  }

  private void signal(String name) throws Exception {
    List<String> kill = List.of("kill", "-" + name, Long.toString(process().pid()));
    assertThat(new ProcessBuilder(kill).start().waitFor()).isZero();
  }

  private TlsClient client() throws Exception {
    byte[] pem = Files.readAllBytes(folder.resolve(".vgpu-steward/ca.crt"));
    return new TlsClient(
        Version.HTTP_2,
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem)));
  }

  private String stdout() throws IOException {
    return Files.readString(folder.resolve("stdout"));
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("stderr"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
