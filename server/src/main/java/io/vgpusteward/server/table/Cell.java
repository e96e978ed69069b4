package io.vgpusteward.server.table;

import java.util.regex.Pattern;

/**
 * What stands in one place of a table.
 *
 * @param text without control characters, which would move a terminal's cursor
 */
public record Cell(String text, Tone tone) {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

  /** What a terminal's colour says. */
  public enum Tone {
    PLAIN,
    HEAD,
    GOOD,
    DOUBTFUL,
    BAD
  }

  public Cell {
    text = CONTROL.matcher(text).replaceAll(" ");
  }

  /** One without a colour. */
  public static Cell of(String text) {
    return new Cell(text, Tone.PLAIN);
  }
}
