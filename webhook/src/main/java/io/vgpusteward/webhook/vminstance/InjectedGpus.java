package io.vgpusteward.webhook.vminstance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.vgpu.ResourceName;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What was put into a VMInstance's {@code spec.gpus}, as its annotation {@link Keys#INJECTED} keeps
 * it.
 *
 * <p>The entries themselves say nothing of where they came from: those of the resource are ours up
 * to this count, and the user's beyond it.
 */
record InjectedGpus(ResourceName resource, int count) {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String RESOURCE = "resource";
  private static final String COUNT = "count";

  /** The annotation's value: compact JSON; equal records give equal text. */
  String format() {
    return MAPPER.createObjectNode().put(RESOURCE, resource.value()).put(COUNT, count).toString();
  }

  /**
   * Reads the annotation's value; members that are unknown are passed over. Empty where it was not
   * written here.
   */
  static Optional<InjectedGpus> parse(String text) {
    try {
      JsonNode json = MAPPER.readTree(text);
      String resource = json.path(RESOURCE).asText();
      int count = json.path(COUNT).asInt();
      return resource.isEmpty() || count < 1
          ? Optional.empty()
          : Optional.of(new InjectedGpus(new ResourceName(resource), count));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** How many of the listed GPUs are ours. */
  int among(List<ResourceName> listed) {
    return Math.min(count, Collections.frequency(listed, resource));
  }
}
