package io.vgpusteward.cluster;

import java.util.Comparator;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The signs of life of the nodes' agents; immutable. Each question is a look-up, and a renewal
 * costs next to nothing.
 */
public final class Heartbeats {
  private static final Heartbeats NONE = new Heartbeats(HashTreePMap.empty(), Groups.none());

  private final PMap<Key, Heartbeat> all;
  private final Groups<String, Heartbeat> byNode;

  private record Key(String namespace, String lease) {}

  private Heartbeats(PMap<Key, Heartbeat> all, Groups<String, Heartbeat> byNode) {
    this.all = all;
    this.byNode = byNode;
  }

  public static Heartbeats none() {
    return NONE;
  }

  /** The same with this one, in place of what its Lease said before. */
  public Heartbeats with(Heartbeat heartbeat) {
    Heartbeats rest = without(heartbeat.namespace(), heartbeat.lease());
    Key key = new Key(heartbeat.namespace(), heartbeat.lease());
    return new Heartbeats(
        rest.all.plus(key, heartbeat), rest.byNode.plus(heartbeat.node(), heartbeat));
  }

  /** The same without a Lease. */
  public Heartbeats without(String namespace, String lease) {
    Key key = new Key(namespace, lease);
    Heartbeat before = all.get(key);
    return before == null
        ? this
        : new Heartbeats(all.minus(key), byNode.minus(before.node(), before));
  }

  /** The newest of a node. */
  public Optional<Heartbeat> of(String node) {
    return byNode.of(node).stream().max(Comparator.comparing(Heartbeat::renewed));
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  @Override
  public String toString() {
    return all.size() + " heartbeats";
  }
}
