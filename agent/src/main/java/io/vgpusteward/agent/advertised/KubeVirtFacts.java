package io.vgpusteward.agent.advertised;

import io.vgpusteward.vgpu.PermittedDevices;
import java.util.Optional;

/**
 * What the KubeVirt CR says.
 *
 * @param version {@code status.observedKubeVirtVersion}
 * @param allowsHostDevices whether the feature gate {@code HostDevices} is on
 */
public record KubeVirtFacts(
    String namespace,
    PermittedDevices permitted,
    Optional<String> version,
    boolean allowsHostDevices) {}
