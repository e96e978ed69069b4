package io.vgpusteward.server.explain;

import io.vgpusteward.extender.explain.Explanation;
import io.vgpusteward.extender.explain.InventoryWords;
import io.vgpusteward.extender.explain.NextStep;
import io.vgpusteward.extender.explain.NodeAnswer;
import io.vgpusteward.server.nodes.NodeFields;
import io.vgpusteward.server.table.Cell;
import io.vgpusteward.server.table.Cell.Tone;
import io.vgpusteward.server.table.Table;
import io.vgpusteward.vgpu.placement.Verdict;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Help.ColorScheme;

/** An explanation for people: what is asked for, the nodes, and the next step as the last line. */
final class ExplanationText {
  private final Explanation explanation;
  private final boolean wide;

  /** Wide ones say how many devices there are, and what keeps the guest off beside the VFs. */
  ExplanationText(Explanation explanation, boolean wide) {
    this.explanation = explanation;
    this.wide = wide;
  }

  void print(PrintWriter out, ColorScheme colors, OptionalInt screen) {
    out.println(clean(explanation.subject().name() + " asks for " + explanation.asks()));
    out.println(clean(explanation.standing()));
    explanation.notes().forEach(note -> out.println(clean(note)));
    out.println();
    if (!explanation.nodes().isEmpty()) {
      out.print(table().lines(colors, screen));
      if (explanation.otherNodes() > 0) {
        out.println(
            explanation.otherNodes()
                + (explanation.otherNodes() == 1 ? " other node has" : " other nodes have")
                + " no GPU that is known");
      }
      out.println();
    }
    NextStep next = explanation.next();
    out.println(colors.apply("Next step:", List.of(Style.bold)) + " " + clean(next.text()));
  }

  private Table table() {
    List<String> headings =
        new ArrayList<>(List.of("NODE", "GPU", "CARRIES", "TAKEN", "FREE", "VERDICT"));
    if (wide) {
      headings.addAll(List.of("ALLOCATABLE", "LABEL", "SCHEDULABLE", "INVENTORY"));
    }
    headings.add("WHY");
    Table table = new Table(headings);
    explanation.nodes().forEach(node -> table.add(row(node)));
    return table;
  }

  private List<Cell> row(NodeAnswer node) {
    List<Cell> cells = new ArrayList<>();
    cells.add(Cell.of(node.node()));
    cells.add(Cell.of(InventoryWords.gpus(node.inventory())));
    cells.add(Cell.of(InventoryWords.carries(node.inventory())));
    cells.add(
        Cell.of(
            NodeFields.numbers(node.allocatable(), name -> node.taken().getOrDefault(name, 0))));
    cells.add(Cell.of(NodeFields.numbers(node.allocatable(), node::free)));
    cells.add(new Cell(node.verdict().word(), tone(node.verdict())));
    if (wide) {
      cells.add(
          Cell.of(
              NodeFields.numbers(
                  node.allocatable(), name -> node.allocatable().getOrDefault(name, 0))));
      cells.add(Cell.of(label(node)));
      cells.add(Cell.of(node.schedulable() ? "yes" : "cordoned"));
      cells.add(Cell.of(InventoryWords.freshness(node.inventory(), node.freshness())));
    }
    cells.add(Cell.of(node.why()));
    return cells;
  }

  private static String label(NodeAnswer node) {
    if (node.required().isEmpty()) {
      return "not required";
    }
    return node.lacking().isEmpty() ? "yes" : "no";
  }

  private static Tone tone(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Fits fits -> Tone.GOOD;
      case Verdict.Changing changing -> Tone.DOUBTFUL;
      case Verdict.CouldCarry could -> Tone.DOUBTFUL;
      case Verdict.Ambiguous ambiguous -> Tone.BAD;
      case Verdict.Lacks lacks -> Tone.BAD;
      case Verdict.Unknown unknown -> Tone.BAD;
    };
  }

  private static String clean(String text) {
    return Cell.of(text).text();
  }
}
