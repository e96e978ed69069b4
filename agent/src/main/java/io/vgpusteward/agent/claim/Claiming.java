package io.vgpusteward.agent.claim;

import io.vgpusteward.agent.claim.Claims.Awaiting;
import io.vgpusteward.agent.podresources.PodResources.PodDevices;
import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.HostVf;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.Vf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Who has what, from what everybody says.
 *
 * @param groups the IOMMU groups of all PCI functions of the node, by address
 */
record Claiming(Host host, Map<String, String> groups, Wishes wishes) {
  private record Key(String namespace, String name) {}

  /**
   * The claims.
   *
   * @param given what the kubelet gave each pod; empty where it cannot be asked, and then every pod
   *     that asks may have any function
   */
  Claims claims(List<NodePod> pods, Optional<List<PodDevices>> given) {
    Map<Key, NodePod> known =
        pods.stream()
            .collect(
                Collectors.toMap(
                    pod -> new Key(pod.namespace(), pod.name()), Function.identity(), (a, b) -> b));
    Map<String, Vf.Holder> held = new HashMap<>();
    Map<Key, Map<ResourceName, Set<String>>> devices = new HashMap<>();
    for (PodDevices pod : given.orElse(List.of())) {
      Key key = new Key(pod.namespace(), pod.name());
      devices.put(key, pod.devices());
      held(pod, Optional.ofNullable(known.get(key)))
          .forEach((vf, holder) ->
              held.merge(vf, holder, (one, other) -> isFinished(known, one) ? other : one));
    }
    List<Awaiting> awaiting = new ArrayList<>();
    known.forEach(
        (key, pod) -> awaiting.addAll(awaiting(pod, devices.getOrDefault(key, Map.of()))));
    return new Claims(held, awaiting);
  }

  private static boolean isFinished(Map<Key, NodePod> known, Vf.Holder holder) {
    NodePod pod = known.get(new Key(holder.namespace(), holder.pod()));
    return pod != null && pod.finished();
  }

  private Map<String, Vf.Holder> held(PodDevices pod, Optional<NodePod> known) {
    Vf.Holder holder =
        known
            .map(NodePod::holder)
            .orElseGet(() -> new Vf.Holder(pod.namespace(), pod.name(), Optional.empty()));
    // Other plugins number their devices too; a machine's devices are never theirs.
    boolean hasMachine = known.isEmpty() || known.get().virtualMachine().isPresent();
    Map<String, Vf.Holder> held = new HashMap<>();
    pod.devices()
        .forEach((resource, ids) -> {
          boolean areGroups = hasMachine || wishes.ids(resource).isPresent();
          host.gpus().stream()
              .flatMap(gpu -> gpu.vfs().stream())
              .map(HostVf::busId)
              .filter(vf -> ids.contains(vf) || (areGroups && isInOneOf(vf, ids)))
              .forEach(vf -> held.put(vf, holder));
        });
    return held;
  }

  private boolean isInOneOf(String vf, Set<String> ids) {
    String group = groups.get(vf);
    return group != null && ids.contains(group);
  }

  private List<Awaiting> awaiting(NodePod pod, Map<ResourceName, Set<String>> given) {
    if (pod.finished()) {
      return List.of();
    }
    List<Awaiting> awaiting = new ArrayList<>();
    pod.devices()
        .forEach((resource, count) -> {
          Optional<Set<PciId>> ids = wishes.ids(resource);
          if (ids.isPresent() && placed(given.getOrDefault(resource, Set.of())) < count) {
            awaiting.add(new Awaiting(pod.holder(), ids.get()));
          }
        });
    return awaiting;
  }

  /** Of how many of the devices it is known which functions they are. */
  private long placed(Set<String> ids) {
    Set<String> places = new HashSet<>(groups.values());
    places.addAll(groups.keySet());
    return ids.stream().filter(places::contains).count();
  }
}
