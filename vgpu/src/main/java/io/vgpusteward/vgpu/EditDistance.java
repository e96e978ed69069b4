package io.vgpusteward.vgpu;

import java.util.Locale;

/** How far a name is from the one that somebody may have meant. */
public final class EditDistance {
  private EditDistance() {}

  /** How many letters have to be put in, taken out or changed (Levenshtein), case apart. */
  public static int between(String one, String other) {
    String from = one.toUpperCase(Locale.ROOT);
    String to = other.toUpperCase(Locale.ROOT);
    int[] above = new int[to.length() + 1];
    for (int column = 0; column <= to.length(); column++) {
      above[column] = column;
    }
    for (int row = 1; row <= from.length(); row++) {
      int[] line = new int[to.length() + 1];
      line[0] = row;
      for (int column = 1; column <= to.length(); column++) {
        int changed = above[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
        line[column] = Math.min(changed, Math.min(above[column], line[column - 1]) + 1);
      }
      above = line;
    }
    return above[to.length()];
  }
}
