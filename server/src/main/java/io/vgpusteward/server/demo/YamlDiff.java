package io.vgpusteward.server.demo;

import com.github.difflib.text.DiffRow;
import com.github.difflib.text.DiffRowGenerator;
import java.util.ArrayList;
import java.util.List;

/** A text and what became of it, line by line. */
final class YamlDiff {
  private YamlDiff() {}

  /** All lines of both, each behind a mark: {@code +} added, {@code -} removed, blank kept. */
  static List<String> lines(String before, String after) {
    DiffRowGenerator generator = DiffRowGenerator.create().lineNormalizer(line -> line).build();
    List<String> lines = new ArrayList<>();
    for (DiffRow row :
        generator.generateDiffRows(before.lines().toList(), after.lines().toList())) {
      switch (row.getTag()) {
        case EQUAL -> lines.add("  " + row.getNewLine());
        case INSERT -> lines.add("+ " + row.getNewLine());
        case DELETE -> lines.add("- " + row.getOldLine());
        case CHANGE -> {
          lines.add("- " + row.getOldLine());
          lines.add("+ " + row.getNewLine());
        }
      }
    }
    return lines;
  }
}
