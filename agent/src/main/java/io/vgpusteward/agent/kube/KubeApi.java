package io.vgpusteward.agent.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/**
 * The few calls of the Kubernetes API that a node's agent makes. Paths are as the API server has
 * them, {@code /api/v1/nodes/n1}, with a query where there is one. Any thread may call; calls block
 * for as long as the API server takes, up to the given patience.
 *
 * <p>Failures are {@link KubeException} with the API server's own words, which never hold a token.
 */
public final class KubeApi implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int LONGEST_WORDS = 512;

  private final Connection connection;
  private final String fieldManager;

  /**
   * A client.
   *
   * @param fieldManager by what name server-side apply knows what is ours
   * @param agent what the requests call themselves, {@code vgpu-steward-agent/1.0}
   */
  public KubeApi(Access access, String fieldManager, String agent, Duration patience) {
    this.connection = new Connection(access, patience, agent);
    this.fieldManager = fieldManager;
  }

  /** The object or list at the path; empty where there is none. */
  public Optional<ObjectNode> get(String path) throws InterruptedException {
    HttpResponse<byte[]> response = send(connection.request(path).GET());
    return response.statusCode() == NOT_FOUND ? Optional.empty() : Optional.of(object(response));
  }

  /** Makes an object in the collection at the path. */
  public ObjectNode create(String path, ObjectNode object) throws InterruptedException {
    return object(
        send(
            connection
                .request(path)
                .header("Content-Type", "application/json")
                .POST(body(object))));
  }

  /**
   * Server-side apply: the object at the path, or its subresource, comes to hold what is given, and
   * no longer what was applied before and is absent now. Fields that others own are taken over.
   */
  public ObjectNode apply(String path, ObjectNode object) throws InterruptedException {
    String query = (path.indexOf('?') < 0 ? "?" : "&") + "force=true&fieldManager=" + fieldManager;
    // JSON is YAML; this is the one name of the type that all API servers know.
    return patch(path + query, "application/apply-patch+yaml", object);
  }

  /** A JSON merge patch (RFC 7386) of the object at the path. */
  public ObjectNode merge(String path, ObjectNode patch) throws InterruptedException {
    return patch(path + "?fieldManager=" + fieldManager, "application/merge-patch+json", patch);
  }

  private ObjectNode patch(String path, String type, ObjectNode object)
      throws InterruptedException {
    return object(
        send(connection.request(path).header("Content-Type", type).method("PATCH", body(object))));
  }

  /** Deletes the object at the path; whether there was one. */
  public boolean delete(String path) throws InterruptedException {
    return deleted(connection.request(path).DELETE());
  }

  /** The same of the object with that uid; another of its name is a refusal with status 409. */
  public boolean delete(String path, String uid) throws InterruptedException {
    ObjectNode options = JSON.createObjectNode();
    options.put("apiVersion", "v1").put("kind", "DeleteOptions");
    options.putObject("preconditions").put("uid", uid);
    return deleted(
        connection
            .request(path)
            .header("Content-Type", "application/json")
            .method("DELETE", body(options)));
  }

  private boolean deleted(HttpRequest.Builder request) throws InterruptedException {
    HttpResponse<byte[]> response = send(request);
    if (response.statusCode() == NOT_FOUND) {
      return false;
    }
    object(response);
    return true;
  }

  /**
   * The body of a watch, open for as long as the API server lets it; closing it ends the watch.
   *
   * @throws KubeException when the API server refuses it
   */
  InputStream stream(String path) throws InterruptedException {
    HttpResponse<InputStream> response =
        connection.send(
            connection.request(path).header("Accept", "application/json").GET().build(),
            BodyHandlers.ofInputStream());
    if (response.statusCode() == OK) {
      return response.body();
    }
    try (InputStream body = response.body()) {
      throw refused(response, body.readAllBytes());
    } catch (IOException e) {
      throw refused(response, new byte[0]);
    }
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws InterruptedException {
    return connection.send(
        request.header("Accept", "application/json").build(), BodyHandlers.ofByteArray());
  }

  private static HttpRequest.BodyPublisher body(ObjectNode object) {
    try {
      return BodyPublishers.ofByteArray(JSON.writeValueAsBytes(object));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree has a JSON form", e);
    }
  }

  private static ObjectNode object(HttpResponse<byte[]> response) {
    if (response.statusCode() / 100 != 2) {
      throw refused(response, response.body());
    }
    try {
      if (JSON.readTree(response.body()) instanceof ObjectNode object) {
        return object;
      }
    } catch (IOException e) {
      // Said below; a parser's message quotes what it read.
    }
    throw new KubeException(0, where(response) + " was not answered with an object");
  }

  private static KubeException refused(HttpResponse<?> response, byte[] body) {
    String words;
    try {
      words = JSON.readTree(body).path("message").asText("");
    } catch (IOException e) {
      words = "";
    }
    String shortened =
        words.length() > LONGEST_WORDS ? words.substring(0, LONGEST_WORDS) + "…" : words;
    return new KubeException(
        response.statusCode(),
        where(response)
            + ": "
            + response.statusCode()
            + (shortened.isEmpty() ? "" : ": " + shortened));
  }

  private static String where(HttpResponse<?> response) {
    return response.request().method() + " " + response.uri().getPath();
  }

  @Override
  public void close() {
    connection.close();
  }
}
