package io.vgpusteward.server.review;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.server.review.ReviewFinding.Verdict;
import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.Endpoint;
import io.vgpusteward.webhook.review.Remark;
import io.vgpusteward.webhook.review.Requester;
import io.vgpusteward.webhook.review.Review;
import io.vgpusteward.webhook.review.ReviewedKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts manifests to the same decisions as the admission server, without one. */
final class ManifestReview {
  private static final String UID = "00000000-0000-0000-0000-000000000000";

  private final List<Endpoint> endpoints;
  private final ClusterView view;
  private final Stored stored;
  private final String defaultNamespace;
  private final Requester requester;

  /** Where the objects are that exist already: a manifest of one of them is an update. */
  @FunctionalInterface
  interface Stored {
    /**
     * The object that the given one would replace.
     *
     * @throws ClusterException when that cannot be said
     */
    Optional<ObjectNode> find(ObjectNode object, Subject names);
  }

  /**
   * A review against one view of a cluster.
   *
   * @param defaultNamespace of objects that name none
   * @param requester who is thought to send the manifests
   */
  ManifestReview(
      List<Endpoint> endpoints,
      ClusterView view,
      Stored stored,
      String defaultNamespace,
      Requester requester) {
    this.endpoints = List.copyOf(endpoints);
    this.view = view;
    this.stored = stored;
    this.defaultNamespace = defaultNamespace;
    this.requester = requester;
  }

  /**
   * What the API server would make of a manifest: each endpoint reviews what the ones before it
   * made of the object. One of a kind that nobody reviews is stored as it is.
   */
  Reviewed review(Manifest manifest) {
    ObjectNode object = manifest.object();
    Subject names = Subject.of(object, defaultNamespace);
    List<Endpoint> asked =
        ReviewedKind.of(names.apiVersion(), names.kind())
            .map(kind ->
                endpoints.stream().filter(endpoint -> endpoint.kind().equals(kind)).toList())
            .orElse(List.of());
    if (asked.isEmpty()) {
      return new Reviewed(manifest, names, false, Optional.of(object), List.of());
    }
    List<ReviewFinding> findings = new ArrayList<>();
    Optional<ObjectNode> result = Optional.of(object);
    try {
      Optional<ObjectNode> old =
          object.at("/metadata/name").asText().isEmpty()
              ? Optional.empty()
              : stored.find(object, names);
      for (Endpoint endpoint : asked) {
        if (result.isPresent()) {
          Decision decision =
              endpoint.reviewer().decide(review(endpoint.kind(), names, result.get(), old), view);
          result = take(decision, manifest, names, findings);
        }
      }
    } catch (ClusterException e) {
      findings.add(
          ReviewFinding.of(
              manifest, names, Verdict.ERROR, Remark.of(String.valueOf(e.getMessage()))));
      result = Optional.empty();
    }
    return new Reviewed(manifest, names, true, result, findings);
  }

  private Review review(
      ReviewedKind kind, Subject names, ObjectNode object, Optional<ObjectNode> old) {
    String namespace = names.namespace();
    return old.map(before -> Review.ofUpdate(UID, kind, namespace, object, before, requester))
        .orElseGet(() -> Review.ofCreate(UID, kind, namespace, object, requester));
  }

  private static Optional<ObjectNode> take(
      Decision decision, Manifest manifest, Subject names, List<ReviewFinding> findings) {
    return switch (decision) {
      case Decision.Admitted admitted -> {
        admitted
            .remarks()
            .forEach(
                remark -> findings.add(ReviewFinding.of(manifest, names, Verdict.WARN, remark)));
        yield Optional.of(admitted.object());
      }
      case Decision.Denied denied -> {
        denied
            .remarks()
            .forEach(
                remark -> findings.add(ReviewFinding.of(manifest, names, Verdict.DENY, remark)));
        yield Optional.empty();
      }
      case Decision.NotReady notReady ->
          throw new ClusterException("not seen yet: " + String.join(", ", notReady.missing()));
    };
  }
}
