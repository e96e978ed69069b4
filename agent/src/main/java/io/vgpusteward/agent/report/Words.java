package io.vgpusteward.agent.report;

import java.util.List;
import java.util.stream.Collectors;

/** How things are said in a place that has a limit. */
final class Words {
  /** What the definition lets through. */
  private static final int MOST = 1024;

  private Words() {}

  static String shortened(String text) {
    return text.length() <= MOST ? text : text.substring(0, MOST - 1) + "…";
  }

  /** As many as fit, and how many there are more. */
  static String joined(List<String> texts) {
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < texts.size(); i++) {
      String more = (i == 0 ? "" : "; ") + texts.get(i);
      String rest = "; and " + (texts.size() - i) + " more";
      if (i > 0 && joined.length() + more.length() + rest.length() > MOST) {
        return joined.append(rest).toString();
      }
      joined.append(more);
    }
    return joined.toString();
  }

  static String count(int number, String one) {
    return number + " " + one + (number == 1 ? "" : "s");
  }

  static String list(List<String> texts) {
    return texts.stream().collect(Collectors.joining(", "));
  }
}
