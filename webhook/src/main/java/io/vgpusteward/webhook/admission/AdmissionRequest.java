package io.vgpusteward.webhook.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.webhook.review.Requester;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The request of an AdmissionReview of {@code admission.k8s.io/v1}.
 *
 * @param kind the kind of the object, without its group
 * @param operation CREATE, UPDATE, DELETE or CONNECT
 * @param object the new object, where there is one
 * @param oldObject the stored object, where there is one
 */
record AdmissionRequest(
    String uid,
    String kind,
    String subResource,
    String operation,
    String namespace,
    Requester requester,
    Optional<ObjectNode> object,
    Optional<ObjectNode> oldObject) {
  private static final String API_VERSION = "admission.k8s.io/v1";

  /**
   * Reads a review.
   *
   * @throws NoReviewException when the body is none; the message says what is wrong with it
   */
  static AdmissionRequest of(JsonNode body) {
    if (!"AdmissionReview".equals(body.path("kind").textValue())) {
      throw new NoReviewException(
          "the body is not an AdmissionReview: kind must be AdmissionReview");
    }
    if (!API_VERSION.equals(body.path("apiVersion").textValue())) {
      throw new NoReviewException(
          "apiVersion must be " + API_VERSION + ", the only version that is served");
    }
    JsonNode request = body.path("request");
    String uid = request.path("uid").asText();
    if (!request.isObject() || uid.isEmpty()) {
      throw new NoReviewException("request.uid is missing");
    }
    return new AdmissionRequest(
        uid,
        request.path("kind").path("kind").asText(),
        request.path("subResource").asText(),
        request.path("operation").asText(),
        request.path("namespace").asText(),
        requester(request.path("userInfo")),
        object(request, "object"),
        object(request, "oldObject"));
  }

  private static Requester requester(JsonNode userInfo) {
    List<String> groups = new ArrayList<>();
    userInfo.path("groups").forEach(group -> groups.add(group.asText()));
    return new Requester(userInfo.path("username").asText(), groups);
  }

  private static Optional<ObjectNode> object(JsonNode request, String member) {
    return request.get(member) instanceof ObjectNode object
        ? Optional.of(object)
        : Optional.empty();
  }

  /** The body is JSON, and no review. */
  static final class NoReviewException extends RuntimeException {
    private final String problem;

    NoReviewException(String problem) {
      super(problem);
      this.problem = problem;
    }

    String problem() {
      return problem;
    }
  }
}
