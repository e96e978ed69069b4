package io.vgpusteward.server.demo;

import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import java.util.ArrayList;
import java.util.List;

/** A text and what became of it, line by line. */
final class YamlDiff {
  private YamlDiff() {}

  /** All lines of both, each behind a mark: {@code +} added, {@code -} taken out, blank kept. */
  static List<String> lines(String before, String after) {
    List<String> lines = new ArrayList<>();
    List<AbstractDelta<String>> deltas =
        DiffUtils.diff(before.lines().toList(), after.lines().toList(), true).getDeltas();
    for (AbstractDelta<String> delta : deltas) {
      switch (delta.getType()) {
        case EQUAL -> delta.getSource().getLines().forEach(line -> lines.add("  " + line));
        case INSERT, DELETE, CHANGE -> {
          delta.getSource().getLines().forEach(line -> lines.add("- " + line));
          delta.getTarget().getLines().forEach(line -> lines.add("+ " + line));
        }
      }
    }
    return lines;
  }
}
