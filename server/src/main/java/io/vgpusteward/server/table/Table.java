package io.vgpusteward.server.table;

import io.vgpusteward.server.table.Cell.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;

/**
 * Rows under headings, in columns as wide as what is in them. On a screen the last column, which is
 * for sentences, is broken between words; elsewhere a row is a line.
 */
public final class Table {
  private static final int GAP = 3;

  /** Sentences in a narrower column than this are no longer read; then the screen breaks lines. */
  private static final int NARROWEST = 24;

  private final List<List<Cell>> rows = new ArrayList<>();

  public Table(List<String> headings) {
    rows.add(headings.stream().map(heading -> new Cell(heading, Tone.HEAD)).toList());
  }

  /** Adds a row of as many cells as there are headings. */
  public void add(List<Cell> cells) {
    if (cells.size() != rows.getFirst().size()) {
      throw new IllegalArgumentException(
          cells.size() + " cells for " + rows.getFirst().size() + " headings");
    }
    rows.add(List.copyOf(cells));
  }

  /**
   * The lines, each with its end.
   *
   * @param screen how many characters wide a screen is; empty where it is none
   */
  public String lines(ColorScheme colors, OptionalInt screen) {
    int last = rows.getFirst().size() - 1;
    int[] widths = IntStream.rangeClosed(0, last).map(this::widest).toArray();
    int before = IntStream.of(widths).limit(last).map(width -> width + GAP).sum();
    if (screen.isPresent() && screen.getAsInt() - before >= NARROWEST) {
      widths[last] = Math.min(widths[last], screen.getAsInt() - before);
    }
    Column[] columns =
        IntStream.rangeClosed(0, last)
            .mapToObj(i -> new Column(widths[i] + (i == last ? 1 : GAP), 0, Overflow.TRUNCATE))
            .toArray(Column[]::new);
    TextTable table = TextTable.forColumns(colors, columns);
    for (List<Cell> row : rows) {
      List<String> lines = broken(row.get(last).text(), widths[last]);
      for (int line = 0; line < lines.size(); line++) {
        Text[] texts = new Text[last + 1];
        for (int i = 0; i < last; i++) {
          texts[i] = text(colors, line == 0 ? row.get(i) : Cell.of(""));
        }
        texts[last] = text(colors, new Cell(lines.get(line), row.get(last).tone()));
        table.addRowValues(texts);
      }
    }
    return table.toString();
  }

  private int widest(int column) {
    return rows.stream().mapToInt(row -> row.get(column).text().length()).max().orElse(0);
  }

  /** Not by a BreakIterator: that would break profiles at their hyphens. */
  private static List<String> broken(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      } else if (!line.isEmpty()) {
        line.append(' ');
      }
      line.append(word);
      while (line.length() > width) {
        lines.add(line.substring(0, width));
        line.delete(0, width);
      }
    }
    lines.add(line.toString());
    return lines;
  }

  /** The text as it is: markup in it is a user's. */
  private static Text text(ColorScheme colors, Cell cell) {
    return colors.apply(cell.text(), styles(cell.tone()));
  }

  private static List<IStyle> styles(Tone tone) {
    return switch (tone) {
      case PLAIN -> List.of();
      case HEAD -> List.of(Style.bold);
      case GOOD -> List.of(Style.fg_green);
      case DOUBTFUL -> List.of(Style.fg_yellow);
      case BAD -> List.of(Style.fg_red);
    };
  }
}
