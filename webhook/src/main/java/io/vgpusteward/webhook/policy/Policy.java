package io.vgpusteward.webhook.policy;

import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.Remark;
import io.vgpusteward.webhook.review.Review;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The modes of all rules, as the operator has set them.
 *
 * @param settings those that were set; all other rules have their own
 */
public record Policy(Map<Rule, Mode> settings) {
  private static final int INVALID = 422;

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException where a rule does not allow its mode
   */
  public Policy {
    settings = Map.copyOf(settings);
    settings.forEach((rule, mode) -> {
      if (!rule.allows(mode)) {
        throw new IllegalArgumentException(rule + " cannot be " + mode);
      }
    });
  }

  /** All rules with their own modes. */
  public static Policy defaults() {
    return new Policy(Map.of());
  }

  public Mode mode(Rule rule) {
    return settings.getOrDefault(rule, rule.byDefault());
  }

  /** Whether there is any use in looking for breaches of the rule. */
  public boolean looksAt(Rule rule) {
    return mode(rule) != Mode.OFF;
  }

  /**
   * The decision on a request that passes unchanged but for the findings: one that is to be denied
   * denies it, with all of the messages; the others are warnings. Which rules were broken goes to
   * the audit log.
   */
  public Decision decide(Review review, Collection<Finding> findings) {
    List<Remark> denials = new ArrayList<>();
    List<Remark> warnings = new ArrayList<>();
    Map<String, String> audit = new TreeMap<>();
    for (Finding finding : findings) {
      switch (mode(finding.rule())) {
        case DENY -> denials.add(remark(finding));
        case WARN -> {
          warnings.add(remark(finding));
          audit.put("warned-" + finding.rule().id(), "true");
        }
        case OFF -> {}
      }
    }
    return denials.isEmpty()
        ? new Decision.Admitted(review.object(), false, audit, warnings)
        : new Decision.Denied(INVALID, "Invalid", denials);
  }

  private static Remark remark(Finding finding) {
    return Remark.ofRule(finding.rule().id(), finding.message());
  }
}
