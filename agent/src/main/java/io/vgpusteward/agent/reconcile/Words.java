package io.vgpusteward.agent.reconcile;

import java.util.List;

/** Parts of messages. */
final class Words {
  private static final int MOST_NAMED = 4;
  private static final int MOST = 1024;

  private Words() {}

  /** {@code a, b, c, d and 3 more}. */
  static String list(List<String> items) {
    List<String> named = items.stream().limit(MOST_NAMED).toList();
    int left = items.size() - named.size();
    return String.join(", ", named) + (left > 0 ? " and " + left + " more" : "");
  }

  /** The text, cut at what a message may have. */
  static String cut(String text) {
    return text.length() <= MOST ? text : text.substring(0, MOST - 1) + "…";
  }
}
