package io.vgpusteward.extender.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.object.PodDevices;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.placement.VgpuRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * A pod that kube-scheduler wants to place.
 *
 * @param devices how many it asks for of each extended resource, without KubeVirt's own and the
 *     marker
 * @param profile the annotation {@link Keys#PROFILE}, verbatim
 * @param problems what of it could not be read, by its path; such a pod can be answered with an
 *     error only
 */
public record PodRequest(
    String namespace,
    String name,
    String uid,
    SortedMap<ResourceName, Integer> devices,
    Optional<String> profile,
    List<String> problems) {
  public PodRequest {
    problems = List.copyOf(problems);
  }

  /** Reads a {@code core/v1} Pod. */
  public static PodRequest of(JsonNode pod) {
    Set<String> problems = new LinkedHashSet<>();
    SortedMap<ResourceName, Integer> devices = PodDevices.of(pod, problems::add);
    JsonNode metadata = pod.path("metadata");
    JsonNode profile = metadata.path("annotations").path(Keys.PROFILE);
    if (!profile.isTextual() && !profile.isMissingNode() && !profile.isNull()) {
      problems.add("metadata.annotations[" + Keys.PROFILE + "] is not a string");
    }
    return new PodRequest(
        metadata.path("namespace").asText(),
        metadata.path("name").asText(),
        metadata.path("uid").asText(),
        devices,
        Optional.ofNullable(profile.textValue()),
        List.copyOf(problems));
  }

  /** The vGPUs that it asks for under a permitted list. */
  public VgpuRequest under(PermittedDevices permitted) {
    return VgpuRequest.ofAnnotation(devices, profile, permitted);
  }

  @Override
  public String toString() {
    return ("pod " + namespace + "/" + name + " (" + uid + ")").replaceAll("\\p{Cntrl}", "?");
  }
}
