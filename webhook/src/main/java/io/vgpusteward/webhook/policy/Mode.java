package io.vgpusteward.webhook.policy;

/** What becomes of a request that breaks a rule. */
public enum Mode {
  /** It is refused. */
  DENY,
  /** It passes, and whoever sent it is warned. */
  WARN,
  /** It passes; the rule is not looked at. */
  OFF
}
