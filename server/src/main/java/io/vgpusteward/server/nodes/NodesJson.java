package io.vgpusteward.server.nodes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.extender.explain.NodeState;
import java.util.List;

/**
 * Nodes for machines, one document:
 *
 * <pre>
 * version      1; fields may be added under it, none changes or goes
 * nodes        a list of
 *   node         its name
 *   schedulable  false where it is cordoned
 *   inventory    fresh; or none, "not ready: ...", "stale: ..."
 *   carries      profile: how many VFs carry it; absent without an inventory
 *   resources    name: allocatable, taken, free
 *   gpus         busId, board, pciId, passedThrough, and vfs with busId, current, desired, state,
 *                message, holder, unknownType, passedThrough
 * </pre>
 */
final class NodesJson {
  private static final int VERSION = 1;

  private NodesJson() {}

  static ObjectNode of(List<NodeState> nodes) {
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("version", VERSION);
    ArrayNode list = document.putArray("nodes");
    for (NodeState node : nodes) {
      ObjectNode fields =
          list.addObject().put("node", node.node()).put("schedulable", node.schedulable());
      NodeFields.putInventory(fields, node.inventory(), node.freshness());
      NodeFields.putResources(fields, node.allocatable(), node.taken(), node::free);
      NodeFields.putGpus(fields, node.inventory());
    }
    return document;
  }
}
