package io.vgpusteward.cluster.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vgpusteward.cluster.ClusterException;
import java.util.Optional;

/**
 * Single requests to the API server, JSON trees in and out. A refusal is a {@link Refused} without
 * the server's own words, which may repeat what was sent.
 */
final class Api {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;

  Api(KubernetesClient client) {
    this.client = client;
  }

  /** An answer other than 2xx, or none. */
  static final class Refused extends ClusterException {
    private final int code;

    Refused(String message, int code) {
      super(message);
      this.code = code;
    }

    /** The HTTP status; 0 where there was no answer. */
    int code() {
      return code;
    }
  }

  Optional<ObjectNode> get(String path) {
    try {
      return Optional.of(send("GET", path, Optional.empty()));
    } catch (Refused e) {
      if (e.code() == 404) {
        return Optional.empty();
      }
      throw e;
    }
  }

  ObjectNode post(String path, JsonNode body) {
    return send("POST", path, Optional.of(body));
  }

  ObjectNode put(String path, JsonNode body) {
    return send("PUT", path, Optional.of(body));
  }

  void delete(String path, JsonNode options) {
    send("DELETE", path, Optional.of(options));
  }

  private ObjectNode send(String method, String path, Optional<JsonNode> body) {
    String answer;
    try {
      answer = client.raw(path, method, body.map(JsonNode::toString).orElse(null));
    } catch (KubernetesClientException e) {
      throw new Refused(method + " " + path + ": " + why(e), e.getCode());
    }
    try {
      return JSON.readTree(answer) instanceof ObjectNode object ? object : JSON.createObjectNode();
    } catch (JsonProcessingException e) {
      throw new ClusterException(method + " " + path + ": the answer is no JSON");
    }
  }

  private static String why(KubernetesClientException e) {
    if (e.getCode() <= 0) {
      return "no answer";
    }
    String reason = e.getStatus() == null ? null : e.getStatus().getReason();
    return "HTTP " + e.getCode() + (reason == null ? "" : " " + reason);
  }
}
