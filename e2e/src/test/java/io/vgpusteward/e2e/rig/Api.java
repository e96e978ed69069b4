package io.vgpusteward.e2e.rig;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * The API as an administrator, for what is too much for kubectl, which sends five requests a
 * second. Thread-safe.
 */
public final class Api {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int AT_ONCE = 16;

  private final String server;
  private final Http http;

  Api(String server, Pki authority) {
    this.server = server;
    http = new Http(authority, authority.clientStore("administrator", List.of("system:masters")));
  }

  /** What is at a path, an object or a list; throws where there is none. */
  public JsonNode get(String path) {
    return send("GET", path, "application/json", "");
  }

  /**
   * Creates objects, many at a time, and returns once all of them are there.
   *
   * @param path of their collection, {@code /api/v1/nodes}
   * @param manifests one object each, as YAML or JSON
   */
  public void create(String path, List<String> manifests) {
    all(manifests, manifest -> send("POST", path, "application/yaml", manifest));
  }

  /**
   * Applies objects, many at a time: makes them where they are missing.
   *
   * @param path of their collection
   * @param part {@code ""}, or {@code /status} for that subresource
   */
  public void apply(String path, String part, List<? extends JsonNode> objects) {
    all(
        objects,
        object -> {
          String name = object.at("/metadata/name").asText();
          send(
              "PATCH",
              path + "/" + name + part + "?fieldManager=rig&force=true",
              "application/apply-patch+yaml",
              object.toString());
        });
  }

  /** Deletes what has a label, and does not wait for its end. */
  public void deleteAll(String path, String label) {
    send("DELETE", path + "?labelSelector=" + label, "application/json", "");
  }

  /** Deletes objects at once, whatever grace they have; that one is gone already is as well. */
  void end(List<String> paths) {
    all(paths, path -> request("DELETE", path + "?gracePeriodSeconds=0", "application/json", ""));
  }

  private static <T> void all(List<T> of, Consumer<T> task) {
    try (ExecutorService workers =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
      List<? extends Future<?>> running =
          of.stream().map(one -> workers.submit(() -> task.accept(one))).toList();
      for (Future<?> one : running) {
        one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private HttpResponse<String> request(String method, String path, String type, String body) {
    return http.send(
        HttpRequest.newBuilder(URI.create(server + path))
            .timeout(PATIENCE)
            .header("Content-Type", type)
            .header("Accept", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build());
  }

  private JsonNode send(String method, String path, String type, String body) {
    HttpResponse<String> answer = request(method, path, type, body);
    if (answer.statusCode() / 100 != 2) {
      throw new IllegalStateException(method + " " + path + ": " + answer.body());
    }
    try {
      return JSON.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON from " + path, e);
    }
  }
}
