package io.vgpusteward.extender.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * The nodes that a pod may go to as far as kube-scheduler knows, each once, in the order asked: by
 * name alone ({@code nodeCacheCapable: true}), or in full. Full nodes stay the bytes that they came
 * in: 5,000 of them are 36 MB, and trees of them several times that.
 */
public final class Candidates {
  private static final byte[] NOTHING = {};

  private final SequencedSet<String> names;
  private final boolean full;
  private final byte[] body;
  private final Map<String, Slice> slices;

  /** Where in the body a node's object is, without the last. */
  record Slice(int from, int to) {}

  private Candidates(
      SequencedSet<String> names, boolean full, byte[] body, Map<String, Slice> slices) {
    this.names = Collections.unmodifiableSequencedSet(names);
    this.full = full;
    this.body = body;
    this.slices = slices;
  }

  static Candidates named(SequencedSet<String> names) {
    return new Candidates(names, false, NOTHING, Map.of());
  }

  static Candidates full(byte[] body, SequencedMap<String, Slice> nodes) {
    return new Candidates(nodes.sequencedKeySet(), true, body, nodes);
  }

  public Collection<String> names() {
    return names;
  }

  /** Whether the answer is to hold full nodes. */
  boolean areFull() {
    return full;
  }

  /** A node's object as it came, where nodes came in full. */
  Optional<String> json(String name) {
    return Optional.ofNullable(slices.get(name))
        .map(slice -> new String(body, slice.from(), slice.to() - slice.from(), UTF_8));
  }

  @Override
  public String toString() {
    return names.size() + (full ? " full nodes" : " names of nodes");
  }
}
