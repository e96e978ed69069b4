package io.vgpusteward.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vgpusteward.server.config.HostPort;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MetricsServerTest {
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Readiness readiness = new Readiness();
  private final AtomicReference<Optional<String>> problem = new AtomicReference<>(Optional.empty());
  private final MetricsServer server;

  MetricsServerTest() {
    readiness.add("first", Optional::empty);
    readiness.add("second", problem::get);
    server = MetricsServer.listen(vertx, new HostPort("127.0.0.1", 0), metrics, readiness);
  }

  @AfterEach
  void close() {
    server.close();
    client.close();
    vertx.close().await();
  }

  @Test
  void metrics_areInPrometheusForm() throws Exception {
    metrics.counter("vgpu.steward.tests", "kind", "real").increment();
    HttpResponse<String> response = send("GET", "/metrics");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(response.body()).contains("vgpu_steward_tests_total{kind=\"real\"} 1.0");
  }

  @Test
  void metrics_whenAMeterFails_stillShowTheOthers() throws Exception {
    metrics.gauge(
        "vgpu.steward.broken",
        this,
        self -> {
          throw new IllegalStateException("broken meter");
        });
    assertThat(send("GET", "/metrics").body()).contains("vgpu_steward_broken NaN");
  }

  @ParameterizedTest
  @CsvSource({
    "/livez,            'ok\n'",
    "/readyz,           'ok\n'",
    "/livez?verbose,    '[+]ping ok\nlivez check passed\n'",
    "/readyz?verbose=1, '[+]first ok\n[+]second ok\nreadyz check passed\n'"
  })
  void health_whenAllIsWell(String path, String body) throws Exception {
    HttpResponse<String> response = send("GET", path);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(body);
    assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
  }

  @Test
  void readyz_whenACheckFails_listsThem() throws Exception {
    problem.set(Optional.of("not seen yet: virtual machines"));
    HttpResponse<String> response = send("GET", "/readyz");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body())
        .isEqualTo(
            """
            [+]first ok
            [-]second failed: not seen yet: virtual machines
            readyz check failed
            """);
    assertThat(send("GET", "/livez").statusCode()).isEqualTo(200);
    problem.set(Optional.empty());
    assertThat(send("GET", "/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  void readyz_whenACheckThrows_countsItAsFailed() throws Exception {
    readiness.add(
        "third",
        () -> {
          throw new IllegalStateException("oops");
        });
    assertThat(send("GET", "/readyz").body())
        .contains(
            "[-]third failed: the check itself failed: java.lang.IllegalStateException: oops");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/livez", "/readyz"})
  void head_isLikeGetWithoutABody(String path) throws Exception {
    HttpResponse<String> response = send("HEAD", path);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"POST, /metrics", "PUT, /livez", "DELETE, /readyz"})
  void otherMethods_areNotAllowed(String method, String path) throws Exception {
    HttpResponse<String> response = send(method, path);
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/metrics/", "/healthz", "/mutate/virtualmachines"})
  void otherPaths_areNotFound(String path) throws Exception {
    assertThat(send("GET", path).statusCode()).isEqualTo(404);
  }

  @Test
  void listen_whereSomebodyListens_saysWhere() {
    Vertx other = Vertx.vertx();
    try {
      assertThatThrownBy(() -> MetricsServer.listen(other, server.address(), metrics, readiness))
          .isInstanceOf(ListenException.class)
          .hasMessageStartingWith("cannot listen on " + server.address());
    } finally {
      other.close().await();
    }
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://" + server.address() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
