package io.vgpusteward.vgpu.permitted;

import java.util.List;

/**
 * What a rule has to say about a change.
 *
 * @param field the path in the new object, or in the stored one where it goes
 * @param problem one sentence, which names the resource and what will happen
 * @param users what uses the resource; empty where nothing does or it is not known
 * @param fixes each of which would do
 */
public record Finding(
    Rule rule,
    Severity severity,
    String field,
    String problem,
    List<String> users,
    List<Fix> fixes) {
  private static final int SHOWN = 10;

  public Finding {
    users = List.copyOf(users);
    fixes = List.copyOf(fixes);
  }

  /** {@code "used by 12: VirtualMachine a/b, …"} with the first ten; empty without users. */
  public String usedBy() {
    return usedBy(users);
  }

  /** The same for any users. */
  public static String usedBy(List<String> users) {
    if (users.isEmpty()) {
      return "";
    }
    List<String> first = users.stream().limit(SHOWN).toList();
    return "used by "
        + users.size()
        + ": "
        + String.join(", ", first)
        + (users.size() > SHOWN ? " and " + (users.size() - SHOWN) + " more" : "");
  }
}
