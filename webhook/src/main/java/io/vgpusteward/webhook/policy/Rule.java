package io.vgpusteward.webhook.policy;

import java.util.Locale;
import java.util.Optional;

/**
 * The rules of the policy, by the names under which operators set their modes.
 *
 * <p>A rule denies by default only what cannot work; it warns of what will hurt.
 */
public enum Rule {
  /** A profile that no GPU of the cluster and no permitted entry knows. */
  UNKNOWN_PROFILE(Mode.DENY),
  /** A profile of a permitted board of which no node has said what it can carry. */
  PROFILE_NOT_SEEN(Mode.WARN),
  /** A profile that no virtual function carries now, whether one could or not. */
  PROFILE_NOT_CARRIED(Mode.WARN),
  /** A device that the KubeVirt CR does not permit. */
  DEVICE_NOT_PERMITTED(Mode.DENY),
  /** More vGPUs than any one node can give. */
  TOO_MANY(Mode.DENY),
  /** A request for a vGPU that was not, or not wholly, answered by injection. */
  INJECTION_MISSING(Mode.DENY),
  /** A VMInstance's list of GPUs that its chart cannot read. */
  MALFORMED_GPUS(Mode.DENY),
  /** A profile by annotation beside listed devices of another. */
  MIXED_REQUEST(Mode.WARN),
  /** A vGPU for a VMInstance of Windows, which takes no licence from cloud-init. */
  WINDOWS_LICENSE(Mode.WARN),
  /** A vGPU for an existing VMInstance without a cloud-init disk to bring the licence. */
  LICENSE_UNDELIVERED(Mode.WARN),
  /** A licence that is not there, or holds no token. */
  LICENSE_MISSING(Mode.WARN),
  /** A licence whose token has expired, or soon will have. */
  LICENSE_EXPIRING(Mode.WARN),
  /** A new guest's root disk that has no room for the driver. */
  ROOT_DISK(Mode.WARN),
  /** An eviction strategy that keeps nodes from being drained. */
  EVICTION_BLOCKED(Mode.WARN),
  /** A KubeVirt that does not offer virtual functions with a vGPU. */
  KUBEVIRT_TOO_OLD(Mode.WARN),

  /** A resource in use, or perhaps in use, goes from KubeVirt's permitted list. */
  PERMITTED_LOST_IN_USE(Mode.DENY, true),
  /** A resource that nothing uses goes from it. */
  PERMITTED_LOST_UNUSED(Mode.DENY),
  /** A resource in use loses devices that its entry selected. */
  PERMITTED_SELECTOR_CHANGED(Mode.DENY),
  /** Two resources that KubeVirt serves have one selector, and it drops one. */
  PERMITTED_SELECTOR_SHARED(Mode.DENY),
  /** {@code externalResourceProvider} of a vGPU is switched on. */
  PERMITTED_PROVIDER_CHANGED(Mode.DENY),
  /** KubeVirt would hand out a card that is passed through whole as a vGPU. */
  PERMITTED_PASSED_THROUGH(Mode.DENY),
  /** An entry of the list can work for nobody. */
  PERMITTED_MALFORMED(Mode.DENY),
  /** A list that was not there before lacks what is in use. */
  PERMITTED_NOT_PERMITTED(Mode.DENY),
  /** The gate HostDevices goes while something has hostDevices. */
  PERMITTED_GATE_DROPPED(Mode.DENY),
  /** An acknowledgement stays open, or names nothing. */
  PERMITTED_ACKNOWLEDGEMENT(Mode.WARN);

  private final Mode byDefault;
  private final boolean fixed;

  /** A rule that may have any mode. */
  Rule(Mode byDefault) {
    this(byDefault, false);
  }

  /** A rule whose mode may be nobody's choice. */
  Rule(Mode byDefault, boolean fixed) {
    this.byDefault = byDefault;
    this.fixed = fixed;
  }

  /** The rule of a name, {@code unknown-profile}. */
  public static Optional<Rule> of(String id) {
    for (Rule rule : values()) {
      if (rule.id().equals(id)) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }

  /** The name in settings, messages and metrics. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The mode without a setting. */
  public Mode byDefault() {
    return byDefault;
  }

  /** Whether an operator may give it the mode. */
  public boolean allows(Mode mode) {
    return !fixed || mode == byDefault;
  }

  @Override
  public String toString() {
    return id();
  }
}
