package io.vgpusteward.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;

/**
 * A cluster: what is in it, and the few things that this program writes there.
 *
 * <p>{@link #view()} never blocks and may be called from any thread, the event loop included. All
 * else may do I/O and belongs on a controller's thread.
 */
public interface Cluster extends AutoCloseable {
  /** The newest snapshot; before the first full one it says what is still missing. */
  ClusterView view();

  /**
   * When it was last known that {@link #view()} shows what the cluster holds. A view stays valid
   * for hours where nothing changes: this, not {@link ClusterView#asOf()}, is its age.
   */
  default Instant lastHeard() {
    return view().asOf();
  }

  /**
   * Has the listener called after each change, when {@link #view()} already shows it. Calls come
   * one at a time, from a thread of the cluster's own; a listener must not block.
   */
  void addListener(ClusterListener listener);

  /**
   * The Secret {@code vgpu-license} of the namespace, from memory: it is watched by its name. Its
   * content is in no {@link ClusterView}.
   */
  Optional<SecretObject> licenseSecret(String namespace);

  /**
   * The stored object that the given one would replace, without anything secret where it comes from
   * an API server. Empty where there is none, or where it is of a kind that is not followed; never
   * a Secret.
   *
   * @param object with {@code apiVersion}, {@code kind} and {@code metadata.name}
   * @param namespace the object's
   * @throws ClusterException when the cluster does not say
   */
  default Optional<ObjectNode> stored(ObjectNode object, String namespace) {
    return Optional.empty();
  }

  /**
   * Sets an annotation of a guest, or removes it, and returns the guest as it is stored then. This
   * is for commands that people run with their own rights; the program's account has none to it.
   *
   * @throws ClusterException when the guest is gone or the API server refuses, with its words
   */
  default Guest annotate(GuestKey guest, String annotation, Optional<String> value) {
    throw new ClusterException("the guests of this cluster are not written; edit their manifests");
  }

  /** Secrets of guests and users, one by one. */
  SecretStore secrets();

  /** Events on the objects of users. */
  EventSink events();

  /**
   * Takes part in the election for the lease: {@code onStart} is called when this process leads,
   * {@code onStop} when it no longer does. Closing the result gives the lease up.
   */
  Leadership lead(String lease, Runnable onStart, Runnable onStop);

  @Override
  void close();

  /** A seat in an election; closing it leaves. */
  interface Leadership extends AutoCloseable {
    @Override
    void close();
  }
}
