package io.vgpusteward.vgpu.permitted;

/** What a finding means for the change, the worst first. */
public enum Severity {
  /** Nobody may do this. */
  DENY,
  /** Only trusted identities may do this, and are warned. */
  DENY_UNLESS_TRUSTED,
  /** Everybody may do this, and is warned. */
  WARN,
  /** It would have been denied, and was acknowledged by name. */
  ACKNOWLEDGED
}
