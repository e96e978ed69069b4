package io.vgpusteward.server.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/** Objects without what an agent does not read: a node has hundreds of pods of 10 kB each. */
final class Reduced {
  private static final Set<String> METADATA =
      Set.of(
          "name",
          "namespace",
          "uid",
          "labels",
          "annotations",
          "ownerReferences",
          "deletionTimestamp",
          "resourceVersion");
  private static final Set<String> CONTAINER = Set.of("name", "resources", "restartPolicy");
  private static final List<String> CONTAINERS = List.of("containers", "initContainers");

  private Reduced() {}

  /** A pod: who it is, what it asks for and how it is. */
  static void pod(ObjectNode pod) {
    keep(pod.path("metadata"), METADATA);
    if (pod.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove("annotations");
    }
    keep(pod.path("spec"), Set.of("nodeName", "containers", "initContainers"));
    for (String list : CONTAINERS) {
      pod.path("spec").path(list).forEach(container -> keep(container, CONTAINER));
    }
    keep(pod.path("status"), Set.of("phase", "containerStatuses"));
  }

  /** A node: who it is, what is on it of ours, and what its kubelet gives out. */
  static void node(ObjectNode node) {
    keep(node.path("metadata"), METADATA);
    keep(node.path("spec"), Set.of("unschedulable"));
    keep(node.path("status"), Set.of("allocatable", "capacity"));
  }

  private static void keep(JsonNode object, Set<String> fields) {
    if (object instanceof ObjectNode mapping) {
      mapping.retain(fields);
    }
  }
}
