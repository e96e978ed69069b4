package io.vgpusteward.cluster.object;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.vgpu.ResourceName;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** How many of each extended resource a pod asks for, as kube-scheduler counts it. */
public final class PodDevices {
  private PodDevices() {}

  /**
   * Reads a pod's containers, without KubeVirt's own resources and the marker. Containers run side
   * by side and add up; init containers run before them, one at a time, and what one had the next
   * gets; those that are restarted always go on running (k8s.io/component-helpers, resource
   * AggregateContainerRequests). Limits stand for requests, which an extended resource has the same
   * of.
   *
   * @param problems is told what is malformed, by its path; it counts as absent
   */
  public static SortedMap<ResourceName, Integer> of(JsonNode pod, Consumer<String> problems) {
    return of(new Field(pod, "", problems).at("spec"));
  }

  static SortedMap<ResourceName, Integer> of(Field spec) {
    SortedMap<ResourceName, Integer> peak = new TreeMap<>();
    SortedMap<ResourceName, Integer> running = new TreeMap<>();
    for (Field container : spec.at("initContainers").items()) {
      boolean stays = container.at("restartPolicy").text().filter("Always"::equals).isPresent();
      SortedMap<ResourceName, Integer> meanwhile = stays ? running : new TreeMap<>(running);
      add(container, meanwhile);
      meanwhile.forEach((name, count) -> peak.merge(name, count, Math::max));
    }
    spec.at("containers").items().forEach(container -> add(container, running));
    running.forEach((name, count) -> peak.merge(name, count, Math::max));
    peak.values().removeIf(count -> count == 0);
    return peak.isEmpty() ? Collections.emptySortedMap() : peak;
  }

  private static void add(Field container, SortedMap<ResourceName, Integer> to) {
    SortedMap<ResourceName, Integer> own =
        new TreeMap<>(Quantities.extended(container.at("resources", "requests")));
    own.putAll(Quantities.extended(container.at("resources", "limits")));
    own.forEach((name, count) -> to.merge(name, count, PodDevices::sum));
  }

  private static int sum(int one, int other) {
    return (int) Math.min((long) one + other, Integer.MAX_VALUE);
  }
}
