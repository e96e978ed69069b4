package io.vgpusteward.cluster;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The signs of life of the nodes' agents; immutable. Each question is a look-up, and a renewal
 * costs next to nothing.
 */
public final class Heartbeats {
  private static final Heartbeats NONE = new Heartbeats(Shards.none(), Groups.none());

  private final Shards<Key, Heartbeat> all;
  private final Groups<String, Heartbeat> byNode;

  private record Key(String namespace, String lease) {}

  private Heartbeats(Shards<Key, Heartbeat> all, Groups<String, Heartbeat> byNode) {
    this.all = all;
    this.byNode = byNode;
  }

  public static Heartbeats none() {
    return NONE;
  }

  /** The same with this one, in place of what its Lease said before. */
  public Heartbeats with(Heartbeat heartbeat) {
    Key key = new Key(heartbeat.namespace(), heartbeat.lease());
    Heartbeat before = all.get(key);
    return new Heartbeats(
        all.plus(key, heartbeat),
        byNode.exchange(nodeOf(before), before, nodeOf(heartbeat), heartbeat));
  }

  /** The same without a Lease. */
  public Heartbeats without(String namespace, String lease) {
    Key key = new Key(namespace, lease);
    Heartbeat before = all.get(key);
    return before == null
        ? this
        : new Heartbeats(
            all.minus(key), byNode.exchange(nodeOf(before), before, Optional.empty(), null));
  }

  private static Optional<String> nodeOf(@Nullable Heartbeat heartbeat) {
    return Optional.ofNullable(heartbeat).map(Heartbeat::node);
  }

  /** The newest of a node. */
  public Optional<Heartbeat> of(String node) {
    Heartbeat newest = null;
    for (Heartbeat heartbeat : byNode.of(node)) {
      if (newest == null || heartbeat.renewed().isAfter(newest.renewed())) {
        newest = heartbeat;
      }
    }
    return Optional.ofNullable(newest);
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  @Override
  public String toString() {
    return all.size() + " heartbeats";
  }
}
