package io.vgpusteward.agent.kube;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A server on loopback that answers as it was told, in order, and keeps what it was asked. */
final class FakeApi implements AutoCloseable {
  /** A request as it came. */
  record Asked(
      String line, @Nullable String authorization, @Nullable String contentType, String body) {}

  /** What ends a watch. */
  static final String END = "";

  private sealed interface Answer {}

  private record Whole(int status, String body) implements Answer {}

  private record Stream(BlockingQueue<String> lines) implements Answer {}

  private final HttpServer server;
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  final List<Asked> asked = new CopyOnWriteArrayList<>();

  FakeApi() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  void next(int status, String body) {
    answers.add(new Whole(status, body));
  }

  /** The next answer is a watch; what is put into the queue is sent at once. */
  BlockingQueue<String> nextWatch() {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    answers.add(new Stream(lines));
    return lines;
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(
        new Asked(
            exchange.getRequestMethod() + " " + exchange.getRequestURI(),
            exchange.getRequestHeaders().getFirst("Authorization"),
            exchange.getRequestHeaders().getFirst("Content-Type"),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    try (exchange) {
      switch (answers.poll()) {
        case Whole whole -> {
          byte[] body = whole.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(whole.status(), body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
        }
        case Stream stream -> {
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          out.flush();
          send(stream.lines(), out);
        }
        case null -> exchange.sendResponseHeaders(503, -1);
      }
    }
  }

  private static void send(BlockingQueue<String> lines, OutputStream out) throws IOException {
    try {
      String line = lines.poll(30, TimeUnit.SECONDS);
      while (line != null && !line.equals(END)) {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        line = lines.poll(30, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The way to it, with a token. */
  Access access() {
    return new Access() {
      @Override
      public URI server() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
      }

      @Override
      public Optional<SSLContext> tls() {
        return Optional.empty();
      }

      @Override
      public Optional<String> token() {
        return Optional.of("the-token");
      }
    };
  }

  List<String> lines() {
    return asked.stream().map(Asked::line).toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
