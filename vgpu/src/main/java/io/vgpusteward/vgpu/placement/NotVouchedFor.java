package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.NodeInventory;
import java.util.Optional;

/** Unknown: nobody says what the node's GPUs carry now. */
record NotVouchedFor(NodeSupply supply, Freshness freshness) implements Reason {
  @Override
  public String brief() {
    Optional<NodeInventory> inventory = supply.inventory();
    if (inventory.isEmpty()) {
      return "no inventory of the node's GPUs";
    }
    return inventory.get().ready()
        ? "the inventory of the node's GPUs is not fresh"
        : "the node agent does not vouch for its inventory";
  }

  @Override
  public String sentence() {
    Optional<NodeInventory> inventory = supply.inventory();
    if (inventory.isEmpty()) {
      return "there is no VgpuNode "
          + supply.node()
          + ", so nothing is known of its GPUs; see whether the node agent runs on that node";
    }
    if (!inventory.get().ready()) {
      return "the node agent does not vouch for VgpuNode "
          + supply.node()
          + inventory.get().message().map(text -> " (" + Words.quote(text) + ")").orElse("")
          + "; see its condition Ready and the node agent's log on that node";
    }
    return "VgpuNode "
        + supply.node()
        + " is not fresh"
        + freshness.stale().map(why -> " (" + Words.quote(why) + ")").orElse("")
        + "; see whether the node agent runs on that node and reaches the API server";
  }
}
