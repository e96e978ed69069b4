package io.vgpusteward.cluster;

import io.vgpusteward.vgpu.PermittedDevices;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the KubeVirt CR says.
 *
 * @param featureGates {@code developerConfiguration.featureGates}; {@code disabledFeatureGates} is
 *     for gates that are on by default, and a gate in both is on (KubeVirt v1.9, feature-gates.go,
 *     IsEnabled)
 * @param version {@code status.observedKubeVirtVersion}
 * @param uid its {@code metadata.uid}
 * @param annotations those of {@link Keys#PREFIX}
 * @param evictionStrategy of guests that have none of their own
 */
public record KubeVirt(
    String namespace,
    String name,
    PermittedDevices permitted,
    Set<String> featureGates,
    Optional<String> version,
    String uid,
    Map<String, String> annotations,
    Optional<String> evictionStrategy) {
  /** Alpha in KubeVirt 1.9: without it {@code hostDevices} are refused at admission. */
  public static final String HOST_DEVICES_GATE = "HostDevices";

  public KubeVirt {
    featureGates = Set.copyOf(featureGates);
    annotations = Map.copyOf(annotations);
  }

  /** One without uid and annotations. */
  public KubeVirt(
      String namespace,
      String name,
      PermittedDevices permitted,
      Set<String> featureGates,
      Optional<String> version) {
    this(namespace, name, permitted, featureGates, version, "", Map.of());
  }

  /** One without an eviction strategy. */
  public KubeVirt(
      String namespace,
      String name,
      PermittedDevices permitted,
      Set<String> featureGates,
      Optional<String> version,
      String uid,
      Map<String, String> annotations) {
    this(namespace, name, permitted, featureGates, version, uid, annotations, Optional.empty());
  }

  /** Whether virtual machines may have {@code hostDevices}. */
  public boolean allowsHostDevices() {
    return featureGates.contains(HOST_DEVICES_GATE);
  }
}
