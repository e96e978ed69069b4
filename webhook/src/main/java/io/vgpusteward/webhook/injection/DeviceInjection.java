package io.vgpusteward.webhook.injection;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.Instancetype;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.guest.GuestObject;
import io.vgpusteward.webhook.guest.Injected;
import io.vgpusteward.webhook.guest.Injected.Device;
import io.vgpusteward.webhook.review.RefusedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The devices in a guest's {@code hostDevices} or {@code gpus}. */
final class DeviceInjection {
  private static final String NAME_PREFIX = "vgpu";

  private DeviceInjection() {}

  /**
   * Decides which list takes the devices. {@code hostDevices} are for headless compute and need a
   * feature gate; a list that the instancetype defines must not stand in the guest as well
   * (KubeVirt: pkg/instancetype/apply).
   */
  static String field(KubeVirt kubeVirt, Optional<Instancetype> instancetype) {
    boolean gpusTaken = instancetype.filter(Instancetype::definesGpus).isPresent();
    boolean hostDevicesTaken = instancetype.filter(Instancetype::definesHostDevices).isPresent();
    if (kubeVirt.allowsHostDevices() && !hostDevicesTaken) {
      return GuestObject.HOST_DEVICES;
    }
    if (!gpusTaken) {
      return GuestObject.GPUS;
    }
    throw RefusedException.invalid(
        "spec.instancetype",
        "the instancetype defines gpus"
            + (hostDevicesTaken
                ? " and hostDevices"
                : ", and KubeVirt's feature gate " + KubeVirt.HOST_DEVICES_GATE + " is off")
            + ", so no device can be added beside it; use an instancetype without them, or one"
            + " that lists the vGPU itself");
  }

  /** New devices of the resource, under names that the guest does not use yet. */
  static List<Device> plan(
      GuestObject guest, Optional<Injected> before, ResourceName resource, int howMany) {
    Set<String> taken = namesOfTheUsers(guest, before);
    List<Device> devices = new ArrayList<>();
    while (devices.size() < howMany) {
      devices.add(new Device(freeName(taken), resource.value()));
    }
    return devices;
  }

  /** The same devices, those renamed whose names the user has since given to others. */
  static List<Device> renamed(GuestObject guest, Injected before) {
    Set<String> users = namesOfTheUsers(guest, Optional.of(before));
    Set<String> taken = new HashSet<>(users);
    taken.addAll(before.deviceNames());
    return before.devices().stream()
        .map(device ->
            users.contains(device.name())
                ? new Device(freeName(taken), device.deviceName())
                : device)
        .toList();
  }

  private static Set<String> namesOfTheUsers(GuestObject guest, Optional<Injected> before) {
    Set<String> names = new HashSet<>();
    for (String field : GuestObject.DEVICE_FIELDS) {
      for (ObjectNode item : guest.tree().objects(guest.devices(field))) {
        if (!before.filter(injected -> injected.holds(field, item)).isPresent()) {
          names.add(item.path("name").asText());
        }
      }
    }
    return names;
  }

  /** The first name that is not taken, which it is from then on. */
  private static String freeName(Set<String> taken) {
    int number = 0;
    while (!taken.add(NAME_PREFIX + number)) {
      number++;
    }
    return NAME_PREFIX + number;
  }

  /** Makes the guest hold the devices of {@code after} and no longer those of {@code before}. */
  static void apply(GuestObject guest, Optional<Injected> before, Injected after) {
    before.ifPresent(earlier -> {
      Set<String> stay =
          earlier.deviceField().equals(after.deviceField()) ? after.deviceNames() : Set.of();
      removeDevices(guest, earlier, stay);
    });
    for (Device device : after.devices()) {
      ensureDevice(guest, after.deviceField(), device);
    }
  }

  private static void removeDevices(GuestObject guest, Injected earlier, Set<String> stay) {
    if (earlier.devices().isEmpty()) {
      return;
    }
    List<String> path = guest.devices(earlier.deviceField());
    guest
        .tree()
        .array(path)
        .ifPresent(list -> {
          int size = list.size();
          list.removeIf(item ->
              earlier.holds(earlier.deviceField(), item)
                  && !stay.contains(item.path("name").asText()));
          if (list.isEmpty() && size > 0) {
            guest.remove(path);
          }
        });
  }

  private static void ensureDevice(GuestObject guest, String field, Device device) {
    ArrayNode list = guest.tree().ensureArray(guest.devices(field));
    for (ObjectNode item : guest.tree().objects(guest.devices(field))) {
      if (device.name().equals(item.path("name").asText())) {
        if (!device.deviceName().equals(item.path("deviceName").asText())) {
          item.put("deviceName", device.deviceName());
        }
        return;
      }
    }
    ObjectNode added = list.addObject();
    added.put("name", device.name()).put("deviceName", device.deviceName());
    if (field.equals(GuestObject.GPUS)) {
      // A display is for mdev and for graphics; KubeVirt turns it on where nothing is said.
      added.putObject("virtualGPUOptions").putObject("display").put("enabled", false);
    }
  }
}
