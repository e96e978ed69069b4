package io.vgpusteward.vgpu.permitted;

import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevice.Kind;
import io.vgpusteward.vgpu.ResourceName;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One side of a change, with what KubeVirt makes of it. */
final class Listed {
  private final PermittedState state;
  private final List<Entry> entries;
  private final NavigableSet<ResourceName> names = new TreeSet<>();
  private final Set<PermittedDevice> devices = new HashSet<>();
  private final Map<Selector, ResourceName> served = new LinkedHashMap<>();
  private final Map<Selector, NavigableSet<ResourceName>> wanted = new LinkedHashMap<>();

  Listed(PermittedState state) {
    this.state = state;
    entries = Entry.of(state.devices());
    for (Entry entry : entries) {
      names.add(entry.resource());
      devices.add(entry.device());
      if (entry.isInTree()) {
        entry.selector().ifPresent(selector -> serve(selector, entry.resource()));
      }
    }
  }

  /** Of PCI and mediated entries the last counts, of USB ones the first takes the devices. */
  private void serve(Selector selector, ResourceName resource) {
    wanted.computeIfAbsent(selector, key -> new TreeSet<>()).add(resource);
    if (selector.kind() == Kind.USB) {
      served.putIfAbsent(selector, resource);
    } else {
      served.put(selector, resource);
    }
  }

  PermittedState state() {
    return state;
  }

  boolean isGiven() {
    return state.devices().isGiven();
  }

  List<Entry> entries() {
    return entries;
  }

  /** The entries of a resource, in their order. */
  Stream<Entry> entries(ResourceName resource) {
    return entries.stream().filter(entry -> entry.resource().equals(resource));
  }

  NavigableSet<ResourceName> names() {
    return names;
  }

  /** Whether an entry with just this content is there. */
  boolean has(PermittedDevice device) {
    return devices.contains(device);
  }

  boolean isInTree(ResourceName resource) {
    return entries(resource).anyMatch(Entry::isInTree);
  }

  boolean isExternal(ResourceName resource) {
    return entries(resource).anyMatch(entry -> !entry.isInTree());
  }

  /** The resource that KubeVirt's device plugins have for the selector's devices. */
  Optional<ResourceName> served(Selector selector) {
    return Optional.ofNullable(served.get(selector));
  }

  /** The selectors whose devices are the resource's. */
  Set<Selector> served(ResourceName resource) {
    return served.entrySet().stream()
        .filter(entry -> entry.getValue().equals(resource))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** The selectors of entries that KubeVirt serves itself. */
  Set<Selector> selectors() {
    return wanted.keySet();
  }

  /** The resources that such entries want for a selector. */
  NavigableSet<ResourceName> wanted(Selector selector) {
    return wanted.getOrDefault(selector, Collections.emptyNavigableSet());
  }
}
