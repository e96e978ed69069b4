package io.vgpusteward.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vgpusteward.server.http.TlsClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real process and real signals. */
final class ServeIT {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void signal_letsTheRequestInFlightFinish_andEndsWithStatus0(String signal) throws Exception {
    try (ProgramProcess program = start(Map.of());
        TlsClient client = program.client()) {
      String url = program.url();
      CompletableFuture<HttpResponse<String>> inFlight = client.getAsync(url + "/wait");
      await().until(() -> program.log().contains("waiting"));
      program.signal(signal);
      await().until(() -> program.log().contains("shutting down"));
      assertThat(program.isAlive()).isTrue();
      assertThat(inFlight).isNotDone();
      Files.createFile(folder.resolve("go"));
      assertThat(inFlight.get().body()).isEqualTo("done");
      assertThat(program.awaitEnd()).isZero();
      assertThat(program.stdout()).isEqualTo("ready " + url + "\n");
      assertThat(program.log()).contains("INFO  SignalHandling: stopped");
    }
  }

  @Test
  void signal_withARequestThatNeverEnds_endsWithinTheGrace() throws Exception {
    try (ProgramProcess program = start(Map.of("VGPU_STEWARD_SHUTDOWN_GRACE", "4s"));
        TlsClient client = program.client()) {
      CompletableFuture<HttpResponse<String>> inFlight = client.getAsync(program.url() + "/wait");
      await().until(() -> program.log().contains("waiting"));
      long before = System.nanoTime();
      program.signal("TERM");
      assertThat(program.awaitEnd()).isZero();
      assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(6));
      await().until(inFlight::isCompletedExceptionally);
    }
  }

  @Test
  void signal_withAControllerThatNeverCloses_givesUpAfterTheGrace() throws Exception {
    Map<String, String> environment = Map.of("VGPU_STEWARD_SHUTDOWN_GRACE", "1s", "STUCK", "yes");
    try (ProgramProcess program = start(environment)) {
      program.signal("TERM");
      assertThat(program.awaitEnd()).isEqualTo(1);
      assertThat(program.log()).contains("not closed within 1.0 s: giving up");
    }
  }

  @Test
  void log_isJsonWhenAskedFor_andNamesVariablesThatSetNothing() throws Exception {
    Map<String, String> environment =
        Map.of(
            "VGPU_STEWARD_LOG_FORMAT", "json",
            "VGPU_STEWARD_LISTN", "127.0.0.1:1",
            "VGPU_STEWARD_SERVICE_HOST", "10.0.0.1");
    try (ProgramProcess program = start(environment)) {
      assertThat(program.log().lines())
          .allMatch(line -> line.startsWith("{") && line.endsWith("}"));
      assertThat(program.log())
          .contains("VGPU_STEWARD_LISTN sets nothing: there is no such flag")
          .doesNotContain("SERVICE_HOST");
    }
  }

  private ProgramProcess start(Map<String, String> environment) throws IOException {
    Map<String, String> all = new HashMap<>(environment);
    all.put("GO", folder.resolve("go").toString());
    return new ProgramProcess(
        Files.createDirectory(folder.resolve("cluster")),
        all,
        "-cp",
        System.getProperty("java.class.path"),
        ServeProcess.class.getName());
  }
}
