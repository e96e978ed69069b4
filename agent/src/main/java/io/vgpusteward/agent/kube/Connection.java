package io.vgpusteward.agent.kube;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection to an API server, made anew when it fails. Any thread may use it.
 *
 * <p>The JDK's client keeps a connection whose other end went away without a word until the kernel
 * gives it up, a quarter of an hour later, and fails every request on it. So the first request that
 * gets no answer in time costs the whole client, watches included, which take themselves up again.
 * A new client reads authorities and certificates anew.
 */
final class Connection implements AutoCloseable {
  private final Access access;
  private final Duration patience;
  private final String agent;
  private final Object lock = new Object();
  private final AtomicReference<@Nullable HttpClient> client = new AtomicReference<>();
  private boolean closed;

  Connection(Access access, Duration patience, String agent) {
    this.access = access;
    this.patience = patience;
    this.agent = agent;
  }

  /** A request for a path with its query, without a time limit. */
  HttpRequest.Builder request(String path) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(access.server() + path)).header("User-Agent", agent);
    access.token().ifPresent(token -> builder.setHeader("Authorization", "Bearer " + token));
    return builder;
  }

  /**
   * Sends a request and waits for what the handler makes of the answer.
   *
   * @throws KubeException with status 0 when that takes longer than the patience, or fails
   */
  <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws InterruptedException {
    HttpClient used = client();
    // The request's own time limit would end with the answer's head, and leave its body to luck.
    CompletableFuture<HttpResponse<T>> answer = used.sendAsync(request, handler);
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      drop(used);
      throw unreachable("no answer within " + patience.toMillis() / 1000.0 + " s");
    } catch (ExecutionException e) {
      drop(used);
      throw unreachable(reason(e.getCause()));
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    }
  }

  private KubeException unreachable(String why) {
    return new KubeException(0, "the API server at " + access.server() + ": " + why);
  }

  /** The type says most, and TLS says the rest in its message; neither holds a header. */
  private static String reason(@Nullable Throwable e) {
    if (e == null) {
      return "unknown";
    }
    String message = e.getMessage();
    return message == null || message.isBlank()
        ? e.getClass().getSimpleName()
        : e.getClass().getSimpleName() + ": " + message;
  }

  private HttpClient client() {
    synchronized (lock) {
      if (closed) {
        throw new KubeException(0, "the connection to the API server is closed");
      }
      HttpClient current = client.get();
      if (current == null) {
        HttpClient.Builder builder =
            HttpClient.newBuilder()
                .connectTimeout(patience)
                .executor(Executors.newVirtualThreadPerTaskExecutor());
        access.tls().ifPresent(builder::sslContext);
        current = builder.build();
        client.set(current);
      }
      return current;
    }
  }

  private void drop(HttpClient failed) {
    client.compareAndSet(failed, null);
    failed.shutdownNow();
  }

  @Override
  public void close() {
    HttpClient last;
    synchronized (lock) {
      closed = true;
      last = client.getAndSet(null);
    }
    if (last != null) {
      last.shutdownNow();
    }
  }
}
