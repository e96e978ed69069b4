package io.vgpusteward.webhook.injection;

import java.util.Optional;

/**
 * What an operator decides about injection.
 *
 * @param schedulerName set on virtual machines that name no scheduler, in {@link
 *     Placement#EXTENDER} only
 */
public record InjectionSettings(Placement placement, Optional<String> schedulerName) {
  public InjectionSettings {
    if (placement == Placement.AFFINITY && schedulerName.isPresent()) {
      throw new IllegalArgumentException("a scheduler name needs placement extender");
    }
  }

  /** Node affinity, no scheduler's name. */
  public static InjectionSettings defaults() {
    return new InjectionSettings(Placement.AFFINITY, Optional.empty());
  }
}
