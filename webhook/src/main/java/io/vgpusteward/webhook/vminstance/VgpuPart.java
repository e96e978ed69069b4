package io.vgpusteward.webhook.vminstance;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.cluster.Keys;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What of a VMInstance is this program's business: its GPUs and our annotations. */
final class VgpuPart {
  private static final List<String> REQUEST = List.of(Keys.PROFILE, Keys.COUNT, Keys.LICENSE);

  private VgpuPart() {}

  /** Whether there is something new to look at; never in what is being deleted. */
  static boolean isTouched(VmInstance instance, Optional<VmInstance> old) {
    return !instance.guest().isBeingDeleted()
        && (old.isEmpty()
            || !old.get().written().equals(instance.written())
            || !old.get().guest().ownAnnotations().equals(instance.guest().ownAnnotations()));
  }

  /** Whether the annotations ask for something else than they did. */
  static boolean asksOtherwise(VmInstance instance, VmInstance old) {
    Map<String, JsonNode> now = instance.guest().ownAnnotations();
    Map<String, JsonNode> before = old.guest().ownAnnotations();
    return REQUEST.stream().anyMatch(key -> !Objects.equals(now.get(key), before.get(key)));
  }
}
