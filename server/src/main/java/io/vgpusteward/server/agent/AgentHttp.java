package io.vgpusteward.server.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vgpusteward.server.config.HostPort;
import io.vgpusteward.server.http.ListenException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Metrics and health by plain HTTP: {@code /metrics} for Prometheus, {@code /healthz} for the
 * kubelet. The JDK's own server: that of {@code serve} would double the agent's memory.
 */
final class AgentHttp implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int UNAVAILABLE = 503;

  private final HttpServer server;
  private final HostPort address;
  private final Supplier<String> metrics;
  private final Supplier<Optional<String>> problem;

  /**
   * Starts to listen.
   *
   * @param problem what is wrong with the process, if anything is
   * @throws ListenException when it cannot
   */
  AgentHttp(HostPort where, Supplier<String> metrics, Supplier<Optional<String>> problem) {
    this.metrics = metrics;
    this.problem = problem;
    try {
      server = HttpServer.create(new InetSocketAddress(where.host(), where.port()), 0);
    } catch (IOException e) {
      throw new ListenException(where, e);
    }
    address = where.withPort(server.getAddress().getPort());
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  /** Where it listens, with the real port. */
  HostPort address() {
    return address;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        send(exchange, METHOD_NOT_ALLOWED, TEXT, "only GET and HEAD\n");
        return;
      }
      switch (exchange.getRequestURI().getPath()) {
        case "/metrics" -> send(exchange, OK, PROMETHEUS, metrics.get());
        case "/healthz" -> {
          Optional<String> wrong = problem.get();
          send(exchange, wrong.isEmpty() ? OK : UNAVAILABLE, TEXT, wrong.orElse("ok") + "\n");
        }
        default -> send(exchange, NOT_FOUND, TEXT, "there are /metrics and /healthz\n");
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    boolean bodiless = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, bodiless ? -1 : body.length);
    if (!bodiless) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
