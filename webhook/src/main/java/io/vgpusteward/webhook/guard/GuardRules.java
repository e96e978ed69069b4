package io.vgpusteward.webhook.guard;

import io.vgpusteward.vgpu.permitted.Finding;
import io.vgpusteward.webhook.policy.Mode;
import io.vgpusteward.webhook.policy.Policy;
import io.vgpusteward.webhook.policy.Rule;

/** What the operator's policy makes of the guard's findings. */
final class GuardRules {
  private GuardRules() {}

  /** The rule under which operators know what broke. */
  static Rule rule(Finding finding) {
    return switch (finding.rule()) {
      case LOST_IN_USE -> Rule.PERMITTED_LOST_IN_USE;
      case LOST_UNUSED -> Rule.PERMITTED_LOST_UNUSED;
      case SELECTOR_CHANGED -> Rule.PERMITTED_SELECTOR_CHANGED;
      case SELECTOR_SHARED -> Rule.PERMITTED_SELECTOR_SHARED;
      case PROVIDER_CHANGED -> Rule.PERMITTED_PROVIDER_CHANGED;
      case PASSED_THROUGH -> Rule.PERMITTED_PASSED_THROUGH;
      case MALFORMED -> Rule.PERMITTED_MALFORMED;
      case NOT_PERMITTED -> Rule.PERMITTED_NOT_PERMITTED;
      case GATE_DROPPED -> Rule.PERMITTED_GATE_DROPPED;
      case ACKNOWLEDGEMENT -> Rule.PERMITTED_ACKNOWLEDGEMENT;
    };
  }

  /**
   * What becomes of a finding. A rule that is to deny makes no more of a finding than it is: what
   * works is warned of.
   */
  static Outcome outcome(Finding finding, Policy policy, boolean trusted) {
    Mode mode = policy.mode(rule(finding));
    if (mode == Mode.OFF) {
      return Outcome.NOTHING;
    }
    return switch (finding.severity()) {
      case ACKNOWLEDGED -> Outcome.ACKNOWLEDGED;
      case WARN -> Outcome.WARNED;
      case DENY_UNLESS_TRUSTED -> trusted || mode == Mode.WARN ? Outcome.WARNED : Outcome.DENIED;
      case DENY -> mode == Mode.WARN ? Outcome.WARNED : Outcome.DENIED;
    };
  }

  /** What becomes of a request because of one finding. */
  enum Outcome {
    DENIED,
    WARNED,
    ACKNOWLEDGED,
    NOTHING
  }
}
