package io.vgpusteward.webhook.review;

import java.util.List;
import java.util.Optional;

/**
 * One thing that a decision has to say, a warning or a reason to deny.
 *
 * @param rule the name of the policy's rule that was broken; empty where it is none of the policy's
 * @param message the field, what is wrong with it, and the fix
 */
public record Remark(Optional<String> rule, String message) {
  /** A remark that no rule of the policy stands behind. */
  public static Remark of(String message) {
    return new Remark(Optional.empty(), message);
  }

  /** A remark on a broken rule. */
  public static Remark ofRule(String rule, String message) {
    return new Remark(Optional.of(rule), message);
  }

  /** As the API server's clients see it: with the rule, where there is one, in brackets. */
  public String text() {
    return rule.map(name -> message + " [" + name + "]").orElse(message);
  }

  static List<Remark> of(List<String> messages) {
    return messages.stream().map(Remark::of).toList();
  }
}
