package io.vgpusteward.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vgpusteward.server.config.HostPort;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metrics and health by plain HTTP: {@code /metrics} for Prometheus, {@code /livez} and {@code
 * /readyz} for the kubelet. The last two answer as those of kube-apiserver do: the checks are
 * listed when one fails, and with {@code ?verbose}.
 */
public final class MetricsServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int ERROR = 500;
  private static final int UNAVAILABLE = 503;

  private final Vertx vertx;
  private final PrometheusMeterRegistry metrics;
  private final Readiness readiness;
  private final HostPort address;
  private final HttpServer server;

  private MetricsServer(
      Vertx vertx, HostPort where, PrometheusMeterRegistry metrics, Readiness readiness) {
    this.vertx = vertx;
    this.metrics = metrics;
    this.readiness = readiness;
    HttpServer created = vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(60));
    try {
      this.server = created.requestHandler(this::handle).listen(where.port(), where.host()).await();
    } catch (Exception e) {
      // await() throws what failed as it is, checked or not.
      throw new ListenException(where, e);
    }
    this.address = where.withPort(server.actualPort());
  }

  /**
   * Starts to listen; blocks until it does.
   *
   * @throws ListenException when it cannot
   */
  public static MetricsServer listen(
      Vertx vertx, HostPort where, PrometheusMeterRegistry metrics, Readiness readiness) {
    return new MetricsServer(vertx, where, metrics, readiness);
  }

  /** Where it listens, with the real port. */
  public HostPort address() {
    return address;
  }

  private void handle(HttpServerRequest request) {
    switch (request.path()) {
      case "/metrics", "/livez", "/readyz" -> {
        if (!READING.contains(request.method())) {
          request.response().putHeader("Allow", "GET, HEAD");
          answer(request, METHOD_NOT_ALLOWED, TEXT, "only GET and HEAD\n");
        } else if (request.path().equals("/metrics")) {
          scrape(request);
        } else {
          health(request, request.path().substring(1));
        }
      }
      case null, default ->
          answer(request, NOT_FOUND, TEXT, "there are /metrics, /livez and /readyz\n");
    }
  }

  private void scrape(HttpServerRequest request) {
    vertx
        .executeBlocking(() -> metrics.scrape(PROMETHEUS))
        .onSuccess(text -> answer(request, OK, PROMETHEUS, text))
        .onFailure(failure -> {
          LOG.error("cannot collect metrics", failure);
          answer(request, ERROR, TEXT, "cannot collect metrics, see the log\n");
        });
  }

  private void health(HttpServerRequest request, String name) {
    // Alive is what answers: to restart a program because its cluster is away would help nobody.
    Readiness.Report report =
        name.equals("livez")
            ? new Readiness.Report(List.of(new Readiness.Finding("ping", Optional.empty())))
            : readiness.report();
    boolean verbose = request.params().contains("verbose") || !report.isReady();
    answer(
        request, report.isReady() ? OK : UNAVAILABLE, TEXT, verbose ? list(name, report) : "ok\n");
  }

  private static String list(String name, Readiness.Report report) {
    StringBuilder text = new StringBuilder();
    for (Readiness.Finding finding : report.findings()) {
      finding
          .problem()
          .ifPresentOrElse(
              problem ->
                  text.append("[-]").append(finding.name()).append(" failed: ").append(problem),
              () -> text.append("[+]").append(finding.name()).append(" ok"));
      text.append('\n');
    }
    return text.append(name)
        .append(report.isReady() ? " check passed\n" : " check failed\n")
        .toString();
  }

  private static void answer(HttpServerRequest request, int status, String type, String body) {
    HttpServerResponse response = request.response().setStatusCode(status);
    response.putHeader("Content-Type", type).putHeader("Cache-Control", "no-store");
    response.putHeader("Content-Length", Integer.toString(body.getBytes(UTF_8).length));
    boolean bodiless = request.method().equals(HttpMethod.HEAD);
    (bodiless ? response.end() : response.end(body))
        .onFailure(failure -> LOG.debug("{} went away before its answer", request.path()));
  }

  @Override
  public void close() {
    server.close().await();
  }
}
