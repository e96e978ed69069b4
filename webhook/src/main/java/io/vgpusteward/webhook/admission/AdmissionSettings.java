package io.vgpusteward.webhook.admission;

import io.vgpusteward.webhook.guard.TrustedIdentities;
import io.vgpusteward.webhook.injection.InjectionSettings;
import io.vgpusteward.webhook.policy.Policy;

/**
 * What an operator decides about admission.
 *
 * @param injection what virtual machines get
 * @param policy what is refused, warned of and left alone
 * @param guardTrusted who is warned where others may not change the KubeVirt CR
 */
public record AdmissionSettings(
    InjectionSettings injection, Policy policy, TrustedIdentities guardTrusted) {
  /** What holds where nothing is set. */
  public static AdmissionSettings defaults() {
    return new AdmissionSettings(
        InjectionSettings.defaults(), Policy.defaults(), TrustedIdentities.none());
  }
}
