package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The vGPUs that a pod asks for.
 *
 * @param resources what it wants of each resource; none for a pod that is no business of ours
 * @param unanswerable why no node can ever give it what it asks for, as the pod stands; empty
 *     mostly
 */
public record VgpuRequest(
    SortedMap<ResourceName, Wanted> resources, Optional<String> unanswerable) {
  public VgpuRequest {
    resources = Collections.unmodifiableSortedMap(new TreeMap<>(resources));
  }

  /** A request that nodes can answer. */
  public VgpuRequest(SortedMap<ResourceName, Wanted> resources) {
    this(resources, Optional.empty());
  }

  /**
   * The request of a pod.
   *
   * <p>Resources that are named after a profile count, and those that the permitted list has as PCI
   * devices; all others are ignored, as are those of which none is asked for. The annotated profile
   * is wanted of the resource by which the permitted list brings it, or, where the pod has none of
   * that, of those named after a profile of the same board: the list may have changed since the pod
   * was made. Of any other resource the profile is wanted that it is named after.
   *
   * @param devices how many of each extended resource the pod asks for
   * @param annotated the profile that the pod's annotation says
   */
  public static VgpuRequest of(
      Map<ResourceName, Integer> devices, Optional<Profile> annotated, PermittedDevices permitted) {
    SortedMap<ResourceName, Integer> asked = asked(devices, permitted);
    Set<ResourceName> bringing =
        annotated.map(profile -> bringing(profile, asked.keySet(), permitted)).orElse(Set.of());
    SortedMap<ResourceName, Wanted> resources = new TreeMap<>();
    asked.forEach((resource, count) ->
        resources.put(
            resource,
            new Wanted(count, bringing.contains(resource) ? annotated : resource.profile())));
    return new VgpuRequest(
        resources,
        annotated
            .filter(profile -> bringing.isEmpty())
            .map(profile ->
                "the pod is annotated with " + profile + ", and none of its devices brings that"));
  }

  /**
   * The same with the annotation as it stands; one that is no profile cannot be answered.
   *
   * @param annotation the text of the pod's annotation; an empty one is none
   */
  public static VgpuRequest ofAnnotation(
      Map<ResourceName, Integer> devices, Optional<String> annotation, PermittedDevices permitted) {
    Optional<String> text = annotation.map(String::strip).filter(words -> !words.isEmpty());
    Optional<Profile> profile = text.flatMap(Profile::parse);
    VgpuRequest request = of(devices, profile, permitted);
    return text.isPresent() && profile.isEmpty()
        ? new VgpuRequest(
            request.resources,
            Optional.of(
                "the pod is annotated with \"" + Words.cut(text.get()) + "\", which is no profile"))
        : request;
  }

  /** A request for nothing. */
  public static VgpuRequest none() {
    return new VgpuRequest(Collections.emptySortedMap());
  }

  /** Whether the pod asks for no vGPU, so that any node will do. */
  public boolean isEmpty() {
    return resources.isEmpty() && unanswerable.isEmpty();
  }

  private static SortedMap<ResourceName, Integer> asked(
      Map<ResourceName, Integer> devices, PermittedDevices permitted) {
    Set<ResourceName> pci =
        permitted.entries().stream()
            .filter(entry -> entry.kind() == PermittedDevice.Kind.PCI)
            .map(PermittedDevice::resource)
            .collect(Collectors.toSet());
    SortedMap<ResourceName, Integer> asked = new TreeMap<>(devices);
    asked.values().removeIf(count -> count < 1);
    asked.keySet().removeIf(name -> name.profile().isEmpty() && !pci.contains(name));
    return asked;
  }

  /** The resources that are asked for by which the profile comes. */
  private static Set<ResourceName> bringing(
      Profile profile, Set<ResourceName> asked, PermittedDevices permitted) {
    Optional<ResourceName> own = permitted.resourceFor(profile).filter(asked::contains);
    return own.isPresent()
        ? Set.of(own.get())
        : asked.stream()
            .filter(name ->
                name.profile().filter(named -> named.board().equals(profile.board())).isPresent())
            .collect(Collectors.toSet());
  }
}
