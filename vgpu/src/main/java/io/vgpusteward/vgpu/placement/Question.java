package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.Vf;
import java.util.Optional;
import java.util.Set;

/** What is asked of one node for one resource. */
record Question(ResourceName resource, Wanted wanted, NodeSupply supply) {
  /** Where profiles are configured. */
  static final String PROFILES = "ConfigMap vgpu-profiles";

  Devices devices() {
    return supply.devices(resource);
  }

  Served.Source source() {
    return supply.served().source(resource);
  }

  /** What other plugins' or mediated devices are, by their names. */
  Set<Profile> named() {
    return supply.served().named(resource);
  }

  int allocatable() {
    return supply.allocatable(resource);
  }

  Optional<Profile> profile() {
    return wanted.profile();
  }

  /** Whether the VF can be handed out and is not what is wanted. */
  boolean isAnother(Vf vf) {
    return vf.passedThrough()
        || (vf.isSet() && profile().isPresent() && !vf.current().equals(profile()));
  }

  /** Whether the VF carries nothing and could carry what is wanted. */
  boolean isPossible(Vf vf) {
    return !vf.passedThrough()
        && !vf.isSet()
        && profile().map(one -> vf.creatable().contains(one)).orElse(!vf.creatable().isEmpty());
  }
}
