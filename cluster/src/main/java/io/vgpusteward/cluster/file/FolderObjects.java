package io.vgpusteward.cluster.file;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.cluster.object.Names;
import io.vgpusteward.cluster.object.ObjectKind;
import io.vgpusteward.cluster.object.ObjectReader;
import io.vgpusteward.cluster.state.ClusterState;
import io.vgpusteward.cluster.state.Effect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The objects of a folder by kind, namespace and name, with what an API server would have given
 * them: the namespace {@code default} and a uid where they have none, and a resource version. One
 * thread updates, any reads.
 */
final class FolderObjects {
  private record Id(ObjectKind kind, String namespace, String name) {
    @Override
    public String toString() {
      return kind.kind() + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
  }

  private record Entry(Manifest manifest, ObjectNode object, List<Problem> problems) {}

  private final ClusterState state;
  private final UnaryOperator<String> version;
  private volatile Map<Id, Entry> entries = Map.of();
  private List<Problem> rejected = List.of();

  /**
   * No objects yet.
   *
   * @param version gives a word that changes whenever the file does
   */
  FolderObjects(ClusterState state, UnaryOperator<String> version) {
    this.state = state;
    this.version = version;
  }

  /**
   * Makes these the objects of the cluster; of two with one name the first stays.
   *
   * @param effects told of each object that changed
   */
  void update(List<Manifest> manifests, Consumer<Effect> effects) {
    Map<Id, Entry> before = entries;
    Map<Id, Entry> next = new LinkedHashMap<>();
    List<Problem> failed = new ArrayList<>();
    List<Effect> pending = new ArrayList<>();
    for (Manifest manifest : manifests) {
      Optional<Id> id = identify(manifest, failed);
      if (id.isEmpty()) {
        continue;
      }
      Entry twin = next.get(id.get());
      if (twin != null) {
        String first = twin.manifest().source() + ":" + twin.manifest().line();
        failed.add(problem(manifest, id.get() + " is in " + first + " already, which counts"));
        continue;
      }
      Entry known = before.get(id.get());
      if (known != null && known.manifest().equals(manifest)) {
        next.put(id.get(), known);
      } else {
        Entry entry = new Entry(manifest, complete(manifest, id.get()), new ArrayList<>());
        next.put(id.get(), entry);
        Consumer<String> problems =
            text -> entry.problems().add(problem(manifest, id.get() + ": " + text));
        pending.add(state.put(id.get().kind(), entry.object(), problems));
      }
    }
    for (Id id : before.keySet()) {
      if (!next.containsKey(id)) {
        pending.add(state.remove(id.kind(), id.namespace(), id.name()));
      }
    }
    entries = next;
    rejected = failed;
    pending.forEach(effects);
  }

  /** Where a Secret stands in the user's files, and the Secret. */
  Optional<Manifest> secret(String namespace, String name) {
    return Optional.ofNullable(entries.get(new Id(ObjectKind.SECRET, namespace, name)))
        .map(entry ->
            new Manifest(entry.manifest().source(), entry.manifest().line(), entry.object()));
  }

  /** A copy of an object of the user's files, completed. */
  Optional<ObjectNode> object(ObjectKind kind, String namespace, String name) {
    return Optional.ofNullable(
            entries.get(new Id(kind, kind.isNamespaced() ? namespace : "", name)))
        .map(entry -> entry.object().deepCopy());
  }

  List<Problem> problems() {
    List<Problem> problems = new ArrayList<>(rejected);
    entries.values().forEach(entry -> problems.addAll(entry.problems()));
    return problems;
  }

  private static Optional<Id> identify(Manifest manifest, List<Problem> failed) {
    ObjectNode object = manifest.object();
    if (!object.path("kind").isTextual() || !object.path("apiVersion").isTextual()) {
      failed.add(problem(manifest, "an object needs kind and apiVersion"));
      return Optional.empty();
    }
    Optional<ObjectKind> kind = ObjectKind.of(object);
    if (kind.isEmpty()) {
      return Optional.empty();
    }
    String name = ObjectReader.name(object);
    String given = ObjectReader.namespace(object);
    String namespace = !kind.get().isNamespaced() ? "" : given.isEmpty() ? "default" : given;
    if (!Names.isName(name) || !(namespace.isEmpty() || Names.isNamespace(namespace))) {
      failed.add(
          problem(manifest, kind.get().kind() + " without a valid metadata.name and namespace"));
      return Optional.empty();
    }
    return Optional.of(new Id(kind.get(), namespace, name));
  }

  private ObjectNode complete(Manifest manifest, Id id) {
    ObjectNode object = manifest.object().deepCopy();
    ObjectNode metadata = object.withObjectProperty("metadata");
    if (id.kind().isNamespaced()) {
      metadata.put("namespace", id.namespace());
    }
    if (!metadata.path("uid").isTextual()) {
      metadata.put(
          "uid", UUID.nameUUIDFromBytes(id.toString().getBytes(StandardCharsets.UTF_8)).toString());
    }
    metadata.put("resourceVersion", version.apply(manifest.source()));
    return object;
  }

  private static Problem problem(Manifest manifest, String text) {
    return new Problem(manifest.source(), manifest.line(), text);
  }
}
