package io.vgpusteward.agent.advertised;

import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that a diagnosis looks at, at one moment.
 *
 * @param carried what each function carries, by its address, as far as the name is known
 * @param groups the IOMMU groups of all PCI functions of the node, by address
 * @param changing the functions whose change is announced
 * @param typed since when functions carry what they carry ({@link Sightings#types})
 * @param permittedSince since when the permitted list is as it is ({@link Sightings#permitted})
 * @param kubeVirt empty where there is no KubeVirt CR
 * @param allocatable the Node's extended resources
 * @param devices the ids of the devices that the kubelet has; empty where it cannot be asked
 * @param virtHandler empty where none is on the node
 */
public record Scene(
    Host host,
    Map<String, Profile> carried,
    Map<String, String> groups,
    Set<String> changing,
    Map<String, Sightings.Seen> typed,
    Instant permittedSince,
    Optional<KubeVirtFacts> kubeVirt,
    Map<ResourceName, Integer> allocatable,
    Optional<Map<ResourceName, Set<String>>> devices,
    Optional<VirtHandler> virtHandler,
    Instant now) {
  public Scene {
    carried = Map.copyOf(carried);
    groups = Map.copyOf(groups);
    changing = Set.copyOf(changing);
    typed = Map.copyOf(typed);
    allocatable = Map.copyOf(allocatable);
    devices = devices.map(Map::copyOf);
  }
}
