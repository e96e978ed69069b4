package io.vgpusteward.server.nodes;

import io.vgpusteward.extender.explain.InventoryWords;
import io.vgpusteward.extender.explain.NodeState;
import io.vgpusteward.server.table.Cell;
import io.vgpusteward.server.table.Cell.Tone;
import io.vgpusteward.server.table.Table;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.Vf;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Nodes for people: a row each, and one more for each further resource. */
final class NodesText {
  private static final List<String> USUAL =
      List.of("NODE", "GPU", "CARRIES", "STATES", "RESOURCE", "TAKEN", "FREE");
  private static final String LAST = "INVENTORY";
  private static final int SHOWN = 4;

  private final boolean wide;

  /** Wide ones say which VFs are held by whom, and which are not as configured. */
  NodesText(boolean wide) {
    this.wide = wide;
  }

  Table table(List<NodeState> nodes) {
    List<String> headings = new ArrayList<>(USUAL);
    if (wide) {
      headings.addAll(List.of("SCHEDULABLE", "HELD", "UNSETTLED"));
    }
    headings.add(LAST);
    Table table = new Table(headings);
    for (NodeState node : nodes) {
      List<ResourceName> resources = List.copyOf(node.allocatable().keySet());
      table.add(row(node, resources.stream().findFirst().stream().toList(), true));
      resources.stream().skip(1).forEach(name -> table.add(row(node, List.of(name), false)));
    }
    return table;
  }

  private List<Cell> row(NodeState node, List<ResourceName> resource, boolean first) {
    List<Cell> cells = new ArrayList<>();
    cells.add(Cell.of(first ? node.node() : ""));
    cells.add(Cell.of(first ? InventoryWords.gpus(node.inventory()) : ""));
    cells.add(Cell.of(first ? InventoryWords.carries(node.inventory()) : ""));
    cells.add(first ? states(node) : Cell.of(""));
    cells.add(Cell.of(one(resource.stream().map(ResourceName::value))));
    cells.add(
        Cell.of(one(resource.stream().map(name -> text(node.taken().getOrDefault(name, 0))))));
    cells.add(Cell.of(one(resource.stream().map(name -> text(node.free(name))))));
    if (wide) {
      cells.add(Cell.of(first ? (node.schedulable() ? "yes" : "cordoned") : ""));
      cells.add(Cell.of(first ? held(node) : ""));
      cells.add(Cell.of(first ? unsettled(node) : ""));
    }
    cells.add(first ? freshness(node) : Cell.of(""));
    return cells;
  }

  private static String text(int number) {
    return String.valueOf(number);
  }

  private static String one(Stream<String> texts) {
    return texts.findFirst().orElse(InventoryWords.NOTHING);
  }

  private static Cell states(NodeState node) {
    boolean settled = vfs(node).allMatch(vf -> vf.state() == Vf.State.Settled);
    return new Cell(InventoryWords.states(node.inventory()), settled ? Tone.PLAIN : Tone.DOUBTFUL);
  }

  private static Cell freshness(NodeState node) {
    String words = InventoryWords.freshness(node.inventory(), node.freshness());
    return new Cell(words, words.equals("fresh") ? Tone.GOOD : Tone.BAD);
  }

  private static String held(NodeState node) {
    return joined(
        vfs(node).flatMap(vf -> vf.holder().stream().map(holder -> vf.busId() + " by " + holder)));
  }

  private static String unsettled(NodeState node) {
    return joined(
        vfs(node)
            .filter(vf -> vf.state() != Vf.State.Settled)
            .map(vf ->
                vf.busId()
                    + " "
                    + vf.state()
                    + vf.message().map(message -> ": " + message).orElse("")));
  }

  /** A card has up to 32 VFs: the other forms of output have them all. */
  private static String joined(Stream<String> texts) {
    List<String> all = texts.toList();
    if (all.isEmpty()) {
      return InventoryWords.NOTHING;
    }
    String shown = all.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return all.size() > SHOWN ? shown + " and " + (all.size() - SHOWN) + " more" : shown;
  }

  private static Stream<Vf> vfs(NodeState node) {
    return node.inventory().stream()
        .flatMap(inventory -> inventory.gpus().stream())
        .flatMap(gpu -> gpu.vfs().stream());
  }
}
