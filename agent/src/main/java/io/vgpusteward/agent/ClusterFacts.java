package io.vgpusteward.agent;

import io.vgpusteward.agent.advertised.KubeVirtFacts;
import io.vgpusteward.agent.advertised.Restarted;
import io.vgpusteward.agent.advertised.VirtHandler;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an agent knows of its cluster at one moment.
 *
 * @param profiles the data of the ConfigMap; empty where there is none
 * @param kubeVirt empty where there is no KubeVirt CR
 * @param virtHandler the one of this node
 * @param allocatable the extended resources that the kubelet of this node gives out
 * @param node what the Node carries of ours; empty where there is no Node of that name
 * @param lastRestart of virt-handler by an agent of this node
 */
public record ClusterFacts(
    Map<String, String> profiles,
    Optional<KubeVirtFacts> kubeVirt,
    Optional<VirtHandler> virtHandler,
    SortedMap<ResourceName, Integer> allocatable,
    Optional<NodeMarks> node,
    Optional<Restarted> lastRestart) {
  public ClusterFacts {
    profiles = Map.copyOf(profiles);
    allocatable = Collections.unmodifiableSortedMap(new TreeMap<>(allocatable));
  }

  /** KubeVirt's permitted list. */
  public PermittedDevices permitted() {
    return kubeVirt.map(KubeVirtFacts::permitted).orElse(PermittedDevices.none());
  }
}
