package io.vgpusteward.cluster;

/** Hears what changed in a cluster. */
@FunctionalInterface
public interface ClusterListener {
  /** Called after the change is in {@link Cluster#view()}; must not block. */
  void changed(Change change);

  /**
   * What changed; the reader looks the state up, since changes may have been folded together.
   *
   * <p>A namespace whose labels changed is told as a change of each of its guests. Instancetypes
   * and preferences are not told at all: they count at admission, and KubeVirt writes a revision
   * for every virtual machine. Nor are nodes, pods and sets of guests: who needs them reads the
   * view at its own pace.
   */
  sealed interface Change {
    /** A guest appeared, changed or went. */
    record OfGuest(GuestKey guest) implements Change {}

    /** The licence Secret of the namespace appeared, changed or went. */
    record OfLicense(String namespace) implements Change {}

    /** Anything may have changed: the first full view, or another KubeVirt CR. */
    record OfEverything() implements Change {}
  }
}
