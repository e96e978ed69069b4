package io.vgpusteward.vgpu.permitted;

import io.vgpusteward.vgpu.PermittedDevices;
import java.util.Set;

/**
 * What a KubeVirt CR says about host devices.
 *
 * @param hostDevicesGate whether {@code featureGates} has {@code HostDevices}
 * @param acknowledged what may be removed: names of resources, and {@code HostDevices} for the gate
 */
public record PermittedState(
    PermittedDevices devices, boolean hostDevicesGate, Set<String> acknowledged) {
  public PermittedState {
    acknowledged = Set.copyOf(acknowledged);
  }
}
