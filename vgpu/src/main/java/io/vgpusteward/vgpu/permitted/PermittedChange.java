package io.vgpusteward.vgpu.permitted;

import io.vgpusteward.vgpu.PciId;
import java.util.Optional;
import java.util.Set;

/**
 * A change to judge.
 *
 * @param before empty for a KubeVirt CR that is created
 * @param passedThrough the ids of cards that a node passes through whole; empty until known
 */
public record PermittedChange(
    Optional<PermittedState> before, PermittedState after, Uses uses, Set<PciId> passedThrough) {
  public PermittedChange {
    passedThrough = Set.copyOf(passedThrough);
  }
}
