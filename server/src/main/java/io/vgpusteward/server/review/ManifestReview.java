package io.vgpusteward.server.review;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.webhook.guest.Decision;
import io.vgpusteward.webhook.guest.GuestMutation;
import io.vgpusteward.webhook.guest.Review;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts manifests to the same decisions as the admission server, without one. */
public final class ManifestReview {
  private static final String UID = "00000000-0000-0000-0000-000000000000";

  private final GuestMutation mutation;
  private final ClusterView view;
  private final List<Manifest> stored;

  /**
   * A review against one view of a cluster.
   *
   * @param stored objects that exist already: a manifest of one of them is an update
   */
  public ManifestReview(GuestMutation mutation, ClusterView view, List<Manifest> stored) {
    this.mutation = mutation;
    this.view = view;
    this.stored = List.copyOf(stored);
  }

  /** The decision on a manifest; one of a kind that is not reviewed is admitted as it is. */
  public Decision decide(Manifest manifest) {
    ObjectNode object = manifest.object();
    Optional<GuestKey.Kind> kind = kind(object);
    if (kind.isEmpty()) {
      return new Decision.Admitted(object, false, List.of(), Map.of());
    }
    Optional<ObjectNode> old =
        stored.stream()
            .map(Manifest::object)
            .filter(other -> name(other).equals(name(object)))
            .findFirst();
    return mutation.decide(
        new Review(
            UID,
            kind.get(),
            old.isPresent() ? Review.Operation.UPDATE : Review.Operation.CREATE,
            namespace(object),
            object,
            old),
        view);
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

  private static Optional<GuestKey.Kind> kind(ObjectNode object) {
    if (!object.path("apiVersion").asText().startsWith("kubevirt.io/")) {
      return Optional.empty();
    }
    for (GuestKey.Kind kind : GuestKey.Kind.values()) {
      if (kind.name().equals(object.path("kind").asText())) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
