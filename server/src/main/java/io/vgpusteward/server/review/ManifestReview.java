package io.vgpusteward.server.review;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.Endpoint;
import io.vgpusteward.webhook.review.Requester;
import io.vgpusteward.webhook.review.Review;
import io.vgpusteward.webhook.review.ReviewedKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Puts manifests to the same decisions as the admission server, without one. */
public final class ManifestReview {
  private static final String UID = "00000000-0000-0000-0000-000000000000";

  private final List<Endpoint> endpoints;
  private final ClusterView view;
  private final List<Manifest> stored;

  /**
   * A review against one view of a cluster.
   *
   * @param stored objects that exist already: a manifest of one of them is an update
   */
  public ManifestReview(List<Endpoint> endpoints, ClusterView view, List<Manifest> stored) {
    this.endpoints = List.copyOf(endpoints);
    this.view = view;
    this.stored = List.copyOf(stored);
  }

  /**
   * The decision on a manifest, as the API server would come to it: each endpoint reviews what the
   * ones before it made of the object. One of a kind that is not reviewed is admitted as it is.
   */
  public Decision decide(Manifest manifest) {
    ObjectNode object = manifest.object();
    Optional<ReviewedKind> kind =
        ReviewedKind.of(object.path("apiVersion").asText(), object.path("kind").asText());
    Optional<ObjectNode> old = stored(object);
    ObjectNode current = object;
    List<String> warnings = new ArrayList<>();
    Map<String, String> audit = new TreeMap<>();
    for (Endpoint endpoint : endpoints) {
      if (kind.filter(endpoint.kind()::equals).isEmpty()) {
        continue;
      }
      Decision decision = endpoint.reviewer().decide(review(endpoint.kind(), current, old), view);
      if (!(decision instanceof Decision.Admitted admitted)) {
        return decision;
      }
      current = admitted.object();
      warnings.addAll(admitted.warnings());
      audit.putAll(admitted.audit());
    }
    return new Decision.Admitted(current, !current.equals(object), warnings, audit);
  }

  private static Review review(ReviewedKind kind, ObjectNode object, Optional<ObjectNode> old) {
    String namespace = namespace(object);
    return old.map(
            stored -> Review.ofUpdate(UID, kind, namespace, object, stored, Requester.UNKNOWN))
        .orElseGet(() -> Review.ofCreate(UID, kind, namespace, object, Requester.UNKNOWN));
  }

  private Optional<ObjectNode> stored(ObjectNode object) {
    return stored.stream()
        .map(Manifest::object)
        .filter(other -> name(other).equals(name(object)))
        .findFirst();
  }

  /** Kind, namespace and name, for people. */
  static String name(ObjectNode object) {
    String name = object.path("metadata").path("name").asText();
    String shown = name.isEmpty() ? object.path("metadata").path("generateName").asText() : name;
    return object.path("kind").asText("?") + " " + namespace(object) + "/" + shown;
  }

  private static String namespace(ObjectNode object) {
    return object.path("metadata").path("namespace").asText("default");
  }
}
