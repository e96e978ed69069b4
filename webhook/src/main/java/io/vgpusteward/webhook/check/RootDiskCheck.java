package io.vgpusteward.webhook.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.cluster.object.StorageSize;
import io.vgpusteward.webhook.guest.GuestObject;
import io.vgpusteward.webhook.guest.JsonTree;
import io.vgpusteward.webhook.policy.Finding;
import io.vgpusteward.webhook.policy.Rule;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * Whether the guest's driver has room on its root disk: installed on a containerDisk, or on less
 * than 20 GiB, it overflows the disk.
 *
 * <p>Only a new guest is judged, by the disk that boots first. The size is known where the guest
 * makes the disk itself ({@code dataVolumeTemplates}); a claim that exists is not judged.
 */
final class RootDiskCheck implements Check {
  private static final BigDecimal GIB = BigDecimal.valueOf(1L << 30);
  private static final BigDecimal ENOUGH = GIB.multiply(BigDecimal.valueOf(20));

  @Override
  public List<Finding> of(Subject subject) {
    GuestObject guest = subject.guest();
    Optional<JsonNode> volume = subject.isNew() ? rootVolume(guest) : Optional.empty();
    if (volume.isEmpty() || !subject.request().hasVgpu()) {
      return List.of();
    }
    String field = JsonTree.dotted(guest.spec("volumes")) + ": ";
    String name = volume.get().path("name").asText();
    if (volume.get().path("containerDisk").isObject()) {
      return finding(
          field
              + "the root disk "
              + name
              + " is a containerDisk, which has no room for the guest's driver and forgets it at"
              + " each stop; use a DataVolume of 20 GiB or more");
    }
    String made = volume.get().path("dataVolume").path("name").asText();
    return sizeOf(guest, made)
        .filter(size ->
            StorageSize.bytes(size).filter(bytes -> bytes.compareTo(ENOUGH) < 0).isPresent())
        .map(size ->
            finding(
                "spec.dataVolumeTemplates: the root disk "
                    + made
                    + " of "
                    + size
                    + " may be too small for the guest's driver; give it 20Gi or more"))
        .orElse(List.of());
  }

  private static List<Finding> finding(String message) {
    return List.of(new Finding(Rule.ROOT_DISK, message));
  }

  /** The volume of the disk with the lowest boot order, else of the first disk. */
  private static Optional<JsonNode> rootVolume(GuestObject guest) {
    Optional<String> root = Optional.empty();
    int lowest = Integer.MAX_VALUE;
    for (JsonNode disk : guest.peek(guest.devices("disks"))) {
      int order = disk.path("bootOrder").asInt(Integer.MAX_VALUE);
      if (root.isEmpty() || order < lowest) {
        root = Optional.of(disk.path("name").asText());
        lowest = order;
      }
    }
    for (JsonNode volume : guest.peek(guest.spec("volumes"))) {
      if (root.isEmpty() || root.get().equals(volume.path("name").asText())) {
        return Optional.of(volume);
      }
    }
    return Optional.empty();
  }

  /** Both forms of a DataVolume (CDI): its own storage, or a claim's specification. */
  private static Optional<String> sizeOf(GuestObject guest, String dataVolume) {
    for (JsonNode template : guest.peek(List.of("spec", "dataVolumeTemplates"))) {
      if (template.path("metadata").path("name").asText().equals(dataVolume)) {
        for (String form : List.of("storage", "pvc")) {
          JsonNode size =
              template.path("spec").path(form).path("resources").path("requests").path("storage");
          if (size.isValueNode()) {
            return Optional.of(size.asText());
          }
        }
      }
    }
    return Optional.empty();
  }
}
