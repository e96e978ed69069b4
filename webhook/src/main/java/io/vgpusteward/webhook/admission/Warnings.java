package io.vgpusteward.webhook.admission;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps warnings within what kube-apiserver passes on: 256 characters each, 4,096 in all (it drops
 * or cuts the rest without a word; KEP-1693).
 */
final class Warnings {
  static final int MAX_LENGTH = 256;
  static final int MAX_TOTAL = 4096;

  private Warnings() {}

  static List<String> withinLimits(List<String> warnings) {
    List<String> result = new ArrayList<>();
    int total = 0;
    for (String warning : warnings) {
      String cut =
          warning.length() <= MAX_LENGTH ? warning : warning.substring(0, MAX_LENGTH - 1) + "…";
      total += cut.length();
      if (total > MAX_TOTAL) {
        return result;
      }
      result.add(cut);
    }
    return result;
  }
}
