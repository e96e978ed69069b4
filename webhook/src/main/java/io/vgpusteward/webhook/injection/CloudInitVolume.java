package io.vgpusteward.webhook.injection;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.webhook.guest.GuestObject;
import io.vgpusteward.webhook.guest.JsonTree;
import io.vgpusteward.webhook.guest.KeptUserData;
import io.vgpusteward.webhook.guest.SecretNames;
import io.vgpusteward.webhook.review.RefusedException;
import java.util.List;
import java.util.Optional;

/**
 * A cloud-init volume of a guest: its source has user data inline, in base64, or by {@code
 * secretRef}, at most one of them (KubeVirt: vmi-create-admitter.go).
 *
 * @param source the object under {@code cloudInitNoCloud} or {@code cloudInitConfigDrive}
 * @param field the path of the source, for messages
 */
record CloudInitVolume(String name, ObjectNode source, String field, boolean configDrive) {
  private static final String NO_CLOUD = "cloudInitNoCloud";
  private static final String CONFIG_DRIVE = "cloudInitConfigDrive";

  private static final List<String> INLINE = List.of("userData", "userDataBase64");
  private static final List<String> USER_DATA = List.of("userData", "userDataBase64", "secretRef");

  /** The members of a volume that make it a cloud-init volume. */
  static final List<String> KINDS = List.of(NO_CLOUD, CONFIG_DRIVE);

  /** The first cloud-init volume, that of the given name passed over; KubeVirt allows one. */
  static Optional<CloudInitVolume> find(GuestObject guest, Optional<String> except) {
    List<ObjectNode> volumes = guest.tree().objects(guest.spec("volumes"));
    for (int index = 0; index < volumes.size(); index++) {
      String name = volumes.get(index).path("name").asText();
      Optional<CloudInitVolume> found = of(guest, volumes.get(index), index);
      if (found.isPresent() && except.filter(name::equals).isEmpty()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<CloudInitVolume> of(GuestObject guest, ObjectNode volume, int index) {
    for (String kind : KINDS) {
      String field = JsonTree.dotted(guest.spec("volumes")) + "[" + index + "]." + kind;
      if (volume.get(kind) instanceof ObjectNode source) {
        String name = volume.path("name").asText();
        return Optional.of(new CloudInitVolume(name, source, field, kind.equals(CONFIG_DRIVE)));
      }
    }
    return Optional.empty();
  }

  /**
   * Adds a NoCloud volume that takes its user data from the Secret, and a disk for it, unless a
   * volume of the user's leaves its disk to KubeVirt. KubeVirt appends such disks in the order of
   * the volumes (pkg/util/util.go, SetDefaultVolumeDisk): one of ours would come before the user's,
   * and the machine would boot from it.
   */
  static void add(GuestObject guest, String name, String secret) {
    if (!leavesDisksToKubeVirt(guest, name)) {
      ArrayNode disks = guest.tree().ensureArray(guest.devices("disks"));
      if (!has(disks, name)) {
        disks.addObject().put("name", name).putObject("disk").put("bus", "virtio");
      }
    }
    ArrayNode volumes = guest.tree().ensureArray(guest.spec("volumes"));
    if (!has(volumes, name)) {
      ObjectNode volume = volumes.addObject().put("name", name);
      volume.putObject(NO_CLOUD).putObject("secretRef").put("name", secret);
    }
  }

  private static boolean leavesDisksToKubeVirt(GuestObject guest, String except) {
    for (ObjectNode volume : guest.tree().objects(guest.spec("volumes"))) {
      String name = volume.path("name").asText();
      if (!name.equals(except)
          && !isIn(guest, "disks", name)
          && !isIn(guest, "filesystems", name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isIn(GuestObject guest, String list, String name) {
    return guest.tree().array(guest.devices(list)).filter(items -> has(items, name)).isPresent();
  }

  /** Removes the volume and the disk of the name. */
  static void remove(GuestObject guest, String name) {
    for (List<String> path : List.of(guest.devices("disks"), guest.spec("volumes"))) {
      guest
          .tree()
          .array(path)
          .ifPresent(list -> {
            int size = list.size();
            list.removeIf(item -> name.equals(item.path("name").asText()));
            if (list.isEmpty() && size > 0) {
              guest.remove(path);
            }
          });
    }
  }

  /** Whether a volume of the name is or holds anything but what was added. */
  static boolean isTheUsers(GuestObject guest, String name) {
    List<ObjectNode> volumes = guest.tree().objects(guest.spec("volumes"));
    for (int index = 0; index < volumes.size(); index++) {
      if (name.equals(volumes.get(index).path("name").asText())) {
        return of(guest, volumes.get(index), index)
            .filter(volume -> !volume.configDrive() && volume.hasOnlyOurs())
            .isEmpty();
      }
    }
    return false;
  }

  static boolean isNameTaken(GuestObject guest, String name) {
    return isIn(guest, "disks", name)
        || isIn(guest, "filesystems", name)
        || guest.tree().array(guest.spec("volumes")).filter(l -> has(l, name)).isPresent();
  }

  /** The user data that stands in the volume itself. */
  Optional<KeptUserData> inline() {
    Optional<String> text = member("userData");
    Optional<String> base64 = member("userDataBase64");
    if (text.isPresent() && base64.isPresent()) {
      throw RefusedException.invalid(field, "has both userData and userDataBase64; keep one");
    }
    return base64
        .map(value -> new KeptUserData(value, true))
        .or(() -> text.map(value -> new KeptUserData(value, false)));
  }

  /** The name of the Secret that the volume takes its user data from. */
  Optional<String> secret() {
    return new JsonTree(source)
        .text(List.of("secretRef", "name"))
        .filter(secret -> !secret.isEmpty());
  }

  /** Whether it holds nothing, network data included, but what a Secret of ours brings. */
  boolean hasOnlyOurs() {
    return inline().isEmpty()
        && secret().map(SecretNames::isOurs).orElse(true)
        && source.properties().stream()
            .allMatch(member ->
                USER_DATA.contains(member.getKey()) || JsonTree.isAbsent(member.getValue()));
  }

  /** Makes the Secret the only source of user data; network data stays. */
  void pointAt(String secret) {
    source.remove(INLINE);
    if (!secret().equals(Optional.of(secret))) {
      source.putObject("secretRef").put("name", secret);
    }
  }

  /** Puts user data back into the volume itself, in the form that it had there. */
  void inline(KeptUserData kept) {
    source.remove("secretRef");
    source.put(kept.base64() ? "userDataBase64" : "userData", kept.value());
  }

  /** Takes the pointer out and leaves no user data. */
  void clearSecret() {
    source.remove("secretRef");
  }

  private Optional<String> member(String name) {
    return new JsonTree(source).text(List.of(name)).filter(value -> !value.isEmpty());
  }

  private static boolean has(ArrayNode list, String name) {
    for (var item : list) {
      if (name.equals(item.path("name").asText())) {
        return true;
      }
    }
    return false;
  }
}
