package io.vgpusteward.webhook.guest;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Instancetype;
import io.vgpusteward.cluster.Instancetypes;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the instancetype and the preference that count for a virtual machine, as KubeVirt does
 * (pkg/instancetype/find): the ControllerRevision that {@code spec} names, else the one in {@code
 * status}, else today's object.
 */
public final class InstancetypeLookup {
  private final Instancetypes instancetypes;
  private final String namespace;

  public InstancetypeLookup(ClusterView view, String namespace) {
    this.instancetypes = view.instancetypes();
    this.namespace = namespace;
  }

  /** What the instancetype brings; empty where there is none or it is unknown. Never throws. */
  public Optional<Instancetype> of(GuestObject guest) {
    JsonNode root = guest.tree().root();
    JsonNode reference = root.path("spec").path("instancetype");
    if (!guest.isVirtualMachine() || !reference.isObject()) {
      return Optional.empty();
    }
    return revisionOf(reference, root.path("status").path("instancetypeRef"))
        .flatMap(name -> instancetypes.revision(namespace, name))
        .or(() -> instancetypes.current(namespaceOf(reference), reference.path("name").asText()));
  }

  /** Whether the preference is one for Windows; an unknown one is judged by its name. */
  public boolean prefersWindows(GuestObject guest) {
    JsonNode root = guest.tree().root();
    JsonNode reference = root.path("spec").path("preference");
    if (!guest.isVirtualMachine() || !reference.isObject()) {
      return false;
    }
    String name = reference.path("name").asText();
    Optional<Boolean> known =
        revisionOf(reference, root.path("status").path("preferenceRef"))
            .map(revision -> new Instancetypes.Key(namespace, revision))
            .map(instancetypes.preferenceRevisionIsWindows()::get)
            .or(() ->
                Optional.ofNullable(
                    instancetypes
                        .preferenceIsWindows()
                        .get(new Instancetypes.Key(namespaceOf(reference), name))));
    return known.orElseGet(() -> name.toLowerCase(Locale.ROOT).startsWith("windows"));
  }

  private static Optional<String> revisionOf(JsonNode reference, JsonNode status) {
    String named = reference.path("revisionName").asText();
    if (!named.isEmpty()) {
      return Optional.of(named);
    }
    String noted = status.path("controllerRevisionRef").path("name").asText();
    boolean sameObject = status.path("name").asText().equals(reference.path("name").asText());
    return noted.isEmpty() || !sameObject ? Optional.empty() : Optional.of(noted);
  }

  /**
   * Kinds are compared as KubeVirt does: without case, singular or plural, cluster-wide if none.
   */
  private String namespaceOf(JsonNode reference) {
    String kind = reference.path("kind").asText().toLowerCase(Locale.ROOT);
    boolean clusterWide = kind.isEmpty() || kind.startsWith("virtualmachinecluster");
    return clusterWide ? "" : namespace;
  }
}
