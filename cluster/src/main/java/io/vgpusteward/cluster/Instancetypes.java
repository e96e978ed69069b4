package io.vgpusteward.cluster;

import java.util.Map;
import java.util.Optional;

/**
 * Instancetypes, preferences and the ControllerRevisions that hold copies of them. In the keys an
 * empty namespace stands for a cluster-wide object.
 *
 * @param revisions instancetypes by namespace and name of their ControllerRevision
 * @param preferenceIsWindows preferences, and whether they are for Windows
 * @param preferenceRevisionIsWindows the same by ControllerRevision
 */
public record Instancetypes(
    Map<Key, Instancetype> current,
    Map<Key, Instancetype> revisions,
    Map<Key, Boolean> preferenceIsWindows,
    Map<Key, Boolean> preferenceRevisionIsWindows) {
  /** A namespace and a name. */
  public record Key(String namespace, String name) {}

  public Instancetypes {
    current = Shards.copyOf(current);
    revisions = Shards.copyOf(revisions);
    preferenceIsWindows = Shards.copyOf(preferenceIsWindows);
    preferenceRevisionIsWindows = Shards.copyOf(preferenceRevisionIsWindows);
  }

  public static Instancetypes none() {
    return new Instancetypes(Map.of(), Map.of(), Map.of(), Map.of());
  }

  /** The instancetype in a ControllerRevision of the namespace. */
  public Optional<Instancetype> revision(String namespace, String name) {
    return Optional.ofNullable(revisions.get(new Key(namespace, name)));
  }

  /** Today's instancetype; an empty namespace asks for a cluster-wide one. */
  public Optional<Instancetype> current(String namespace, String name) {
    return Optional.ofNullable(current.get(new Key(namespace, name)));
  }

  /**
   * The instancetype that counts for an object of the namespace: the copy that the reference names,
   * else today's; empty where neither is known.
   */
  public Optional<Instancetype> resolve(String namespace, InstancetypeReference reference) {
    return reference
        .revision()
        .flatMap(name -> revision(namespace, name))
        .or(() -> current(reference.clusterWide() ? "" : namespace, reference.name()));
  }
}
