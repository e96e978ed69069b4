package io.vgpusteward.webhook.admission;

import io.vgpusteward.webhook.injection.InjectionSettings;
import io.vgpusteward.webhook.policy.Policy;

/**
 * What an operator decides about admission.
 *
 * @param injection what virtual machines get
 * @param policy what is refused, warned of and left alone
 */
public record AdmissionSettings(InjectionSettings injection, Policy policy) {
  /** What holds where nothing is set. */
  public static AdmissionSettings defaults() {
    return new AdmissionSettings(InjectionSettings.defaults(), Policy.defaults());
  }
}
