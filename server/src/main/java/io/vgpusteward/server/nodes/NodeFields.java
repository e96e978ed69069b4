package io.vgpusteward.server.nodes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.extender.explain.InventoryWords;
import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.Vf;
import io.vgpusteward.vgpu.placement.Freshness;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/** The fields of a node that programs get, of this command and of others. */
public final class NodeFields {
  private NodeFields() {}

  /** Adds {@code inventory}, and {@code carries} where there is one. */
  public static void putInventory(
      ObjectNode to, Optional<NodeInventory> inventory, Freshness freshness) {
    to.put("inventory", InventoryWords.freshness(inventory, freshness));
    inventory.ifPresent(all -> {
      ObjectNode carries = to.putObject("carries");
      all.carried().forEach((profile, count) -> carries.put(profile.name(), count));
    });
  }

  /** Adds {@code resources}: of each, how many are {@code allocatable, taken, free}. */
  public static void putResources(
      ObjectNode to,
      SortedMap<ResourceName, Integer> allocatable,
      SortedMap<ResourceName, Integer> taken,
      ToIntFunction<ResourceName> free) {
    ObjectNode resources = to.putObject("resources");
    allocatable.forEach((name, count) ->
        resources
            .putObject(name.value())
            .put("allocatable", count)
            .put("taken", taken.getOrDefault(name, 0))
            .put("free", free.applyAsInt(name)));
  }

  /** Adds {@code gpus} with all of their VFs. */
  static void putGpus(ObjectNode to, Optional<NodeInventory> inventory) {
    ArrayNode gpus = to.putArray("gpus");
    inventory.stream()
        .flatMap(all -> all.gpus().stream())
        .forEach(gpu -> gpus.add(gpu(gpus.objectNode(), gpu)));
  }

  private static ObjectNode gpu(ObjectNode node, Gpu gpu) {
    node.put("busId", gpu.busId());
    gpu.board().ifPresent(board -> node.put("board", board));
    gpu.pciId().map(PciId::toString).ifPresent(id -> node.put("pciId", id));
    node.put("passedThrough", gpu.passedThrough());
    ArrayNode vfs = node.putArray("vfs");
    gpu.vfs().forEach(vf -> vfs.add(vf(vfs.objectNode(), vf)));
    return node;
  }

  private static ObjectNode vf(ObjectNode node, Vf vf) {
    node.put("busId", vf.busId());
    vf.current().map(Profile::name).ifPresent(name -> node.put("current", name));
    vf.desired().map(Profile::name).ifPresent(name -> node.put("desired", name));
    if (vf.hasUnknownType()) {
      node.put("unknownType", true);
    }
    if (vf.passedThrough()) {
      node.put("passedThrough", true);
    }
    node.put("state", vf.state().name());
    vf.message().ifPresent(text -> node.put("message", text));
    vf.holder().ifPresent(holder -> node.put("holder", holder.toString()));
    return node;
  }

  /** The numbers in the order of the resources: {@code 1}, or {@code 1, 0} of two. */
  public static String numbers(
      SortedMap<ResourceName, Integer> resources, ToIntFunction<ResourceName> number) {
    return resources.isEmpty()
        ? InventoryWords.NOTHING
        : String.join(
            ", ",
            new TreeMap<>(resources)
                .keySet().stream().map(name -> String.valueOf(number.applyAsInt(name))).toList());
  }
}
