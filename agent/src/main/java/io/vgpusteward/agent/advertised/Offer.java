package io.vgpusteward.agent.advertised;

import io.vgpusteward.vgpu.ResourceName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What of a resource is offered, against what should be.
 *
 * @param vgpus the functions that carry something and are served under this name
 * @param whole those that are passed through and are served under this name
 * @param missing the vGPUs that are not offered; all, where it is only known that some are not
 * @param stale functions that are offered and carry nothing
 * @param gone ids of devices that no function has
 * @param surplus how many too many are offered, where only that is known
 */
record Offer(
    ResourceName resource,
    List<GpuFunction> vgpus,
    List<GpuFunction> whole,
    List<GpuFunction> missing,
    List<GpuFunction> stale,
    Set<String> gone,
    int surplus) {
  private static final Pattern GROUP = Pattern.compile("[0-9]+");

  /** Compares the ids that the kubelet has, or the counts where it cannot be asked. */
  static Offer of(
      ResourceName resource, List<GpuFunction> vgpus, List<GpuFunction> whole, Scene scene) {
    List<GpuFunction> wanted = Stream.concat(vgpus.stream(), whole.stream()).toList();
    return scene
        .devices()
        .map(all -> byId(resource, vgpus, whole, all.getOrDefault(resource, Set.of()), scene))
        .orElseGet(() -> {
          int offered = scene.allocatable().getOrDefault(resource, 0);
          int count = devices(wanted);
          return new Offer(
              resource,
              vgpus,
              whole,
              offered < count ? vgpus : List.of(),
              List.of(),
              Set.of(),
              Math.max(0, offered - count));
        });
  }

  private static Offer byId(
      ResourceName resource,
      List<GpuFunction> vgpus,
      List<GpuFunction> whole,
      Set<String> ids,
      Scene scene) {
    Set<String> wanted = groups(Stream.concat(vgpus.stream(), whole.stream()).toList());
    Set<String> extra = new TreeSet<>(ids);
    extra.removeAll(wanted);
    List<GpuFunction> stale =
        GpuFunction.of(scene).stream()
            .filter(function -> !function.isUnreadable())
            .filter(function -> function.group().filter(extra::contains).isPresent())
            .toList();
    Collection<String> all = scene.groups().values();
    Set<String> gone =
        extra.stream()
            .filter(id -> GROUP.matcher(id).matches() && !all.contains(id))
            .collect(Collectors.toCollection(TreeSet::new));
    return new Offer(
        resource,
        vgpus,
        whole,
        vgpus.stream()
            .filter(function -> function.group().filter(group -> !ids.contains(group)).isPresent())
            .toList(),
        stale,
        gone,
        0);
  }

  /** As how many devices KubeVirt offers them: a group is one, and what has none is not offered. */
  static int devices(List<GpuFunction> functions) {
    return groups(functions).size();
  }

  private static Set<String> groups(List<GpuFunction> functions) {
    return functions.stream()
        .flatMap(function -> function.group().stream())
        .collect(Collectors.toSet());
  }

  /** Those of the vGPUs that have no device of their own, by group. */
  List<List<GpuFunction>> shared() {
    Map<String, List<GpuFunction>> byGroup = new HashMap<>();
    vgpus.forEach(function ->
        function
            .group()
            .ifPresent(
                group -> byGroup.computeIfAbsent(group, name -> new ArrayList<>()).add(function)));
    return byGroup.values().stream().filter(functions -> functions.size() > 1).toList();
  }

  /** Whether more is offered than should be. */
  boolean isStale() {
    return !stale.isEmpty() || !gone.isEmpty() || surplus > 0;
  }

  /** Whether an announced change may explain the difference. */
  boolean touches(Set<String> changing) {
    return surplus > 0
        ? !changing.isEmpty()
        : Stream.concat(missing.stream(), stale.stream())
            .anyMatch(function -> changing.contains(function.busId()));
  }
}
