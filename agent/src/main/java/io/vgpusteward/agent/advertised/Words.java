package io.vgpusteward.agent.advertised;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Sentences that stay readable, and within what a condition's message may have. */
final class Words {
  /** Of the 1,024 that there may be, with room for what stands before. */
  private static final int LONGEST = 900;

  private static final int MOST_NAMED = 4;

  private Words() {}

  /** The first few of them: {@code 0000:41:00.4, 0000:41:00.5 and 3 more}. */
  static String list(Collection<String> all) {
    String first = all.stream().sorted().limit(MOST_NAMED).collect(Collectors.joining(", "));
    return all.size() > MOST_NAMED ? first + " and " + (all.size() - MOST_NAMED) + " more" : first;
  }

  static String addresses(List<GpuFunction> functions) {
    return list(functions.stream().map(GpuFunction::busId).toList());
  }

  /** All of the sentences, or as many as there is room for and the number of the others. */
  static <T> String join(List<T> all, Function<T, String> sentence) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < all.size(); i++) {
      String next = (i == 0 ? "" : "; ") + sentence.apply(all.get(i));
      String rest = "; and " + (all.size() - i) + " more";
      int room = LONGEST - rest.length();
      if (i > 0 && text.length() + next.length() > room) {
        return text.append(rest).toString();
      }
      text.append(next, 0, Math.min(next.length(), room));
    }
    return text.toString();
  }
}
