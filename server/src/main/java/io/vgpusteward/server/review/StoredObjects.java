package io.vgpusteward.server.review;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.manifest.Manifest;
import java.util.List;
import java.util.Optional;

/** The objects that exist already: those that the user names, then those of the cluster. */
final class StoredObjects {
  private final List<Manifest> named;
  private final String defaultNamespace;
  private final Cluster cluster;

  StoredObjects(List<Manifest> named, String defaultNamespace, Cluster cluster) {
    this.named = List.copyOf(named);
    this.defaultNamespace = defaultNamespace;
    this.cluster = cluster;
  }

  /** The object that the given one would replace. */
  Optional<ObjectNode> find(ObjectNode object, Subject names) {
    return named.stream()
        .map(Manifest::object)
        .filter(other -> Subject.of(other, defaultNamespace).isSameAs(names))
        .findFirst()
        .or(() -> cluster.stored(object, names.namespace()));
  }
}
