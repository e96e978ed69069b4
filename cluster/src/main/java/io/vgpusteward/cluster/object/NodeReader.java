package io.vgpusteward.cluster.object;

import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.Node;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads nodes. */
final class NodeReader {
  private NodeReader() {}

  static Node read(Field root) {
    SortedSet<String> profiles = new TreeSet<>();
    root.at("metadata", "labels")
        .textMap()
        .forEach((label, value) -> {
          if (label.startsWith(Keys.PROFILE_LABEL_PREFIX) && value.equals("true")) {
            profiles.add(label.substring(Keys.PROFILE_LABEL_PREFIX.length()));
          }
        });
    return new Node(
        ObjectReader.name(root.node()),
        !root.at("spec", "unschedulable").isTrue(),
        Quantities.extended(root.at("status", "allocatable")),
        Quantities.extended(root.at("status", "capacity")),
        profiles);
  }
}
