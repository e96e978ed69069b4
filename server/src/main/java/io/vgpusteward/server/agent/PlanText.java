package io.vgpusteward.server.agent;

import io.vgpusteward.agent.Look;
import io.vgpusteward.agent.report.Condition;
import io.vgpusteward.agent.report.GpuReport;
import io.vgpusteward.agent.report.VfReport;
import io.vgpusteward.server.table.Cell;
import io.vgpusteward.server.table.Cell.Tone;
import io.vgpusteward.server.table.Table;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Help.ColorScheme;

/** A look for people: a row for each virtual function, and the conditions below. */
final class PlanText {
  private static final String NOTHING = "-";

  private PlanText() {}

  static String of(Look look, ColorScheme colors, OptionalInt screen) {
    StringBuilder text = new StringBuilder();
    if (!look.report().gpus().isEmpty()) {
      Table table =
          new Table(List.of("GPU", "VF", "CARRIES", "CONFIGURED", "STATE", "HELD BY", "WHY"));
      look.report().gpus().forEach(gpu -> add(table, gpu));
      text.append(table.lines(colors, screen)).append('\n');
    }
    for (Condition condition : look.report().conditions()) {
      text.append(condition.type())
          .append(": ")
          .append(condition.status())
          .append(", ")
          .append(condition.reason())
          .append(": ")
          .append(condition.message())
          .append('\n');
    }
    look.claimsProblem()
        .ifPresent(problem -> text.append("Holders: ").append(problem).append('\n'));
    text.append("Labels: ")
        .append(look.labels().isEmpty() ? "none" : String.join(", ", look.labels()))
        .append('\n');
    return text.toString();
  }

  private static void add(Table table, GpuReport gpu) {
    String name = gpu.busId() + gpu.board().map(board -> " " + board).orElse("");
    if (gpu.vfs().isEmpty()) {
      table.add(
          List.of(
              Cell.of(name),
              Cell.of(NOTHING),
              Cell.of(NOTHING),
              Cell.of(NOTHING),
              Cell.of(NOTHING),
              Cell.of(NOTHING),
              Cell.of(gpu.message().orElse(""))));
      return;
    }
    boolean first = true;
    for (VfReport vf : gpu.vfs()) {
      table.add(
          List.of(
              Cell.of(first ? name : ""),
              Cell.of(vf.busId()),
              Cell.of(carries(vf)),
              Cell.of(vf.desired().map(VfReport.Desired::toString).orElse(NOTHING)),
              new Cell(vf.state().name(), tone(vf.state())),
              Cell.of(vf.holder().map(Vf.Holder::toString).orElse(NOTHING)),
              Cell.of(vf.message().orElse(""))));
      first = false;
    }
  }

  private static String carries(VfReport vf) {
    return vf.current()
        .map(Profile::name)
        .orElseGet(() -> vf.type().map(type -> type == 0 ? NOTHING : "type " + type).orElse("?"));
  }

  private static Tone tone(Vf.State state) {
    return switch (state) {
      case Settled -> Tone.GOOD;
      case Changing, Pending -> Tone.DOUBTFUL;
      case Failed, Unknown -> Tone.BAD;
    };
  }
}
