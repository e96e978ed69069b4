package io.vgpusteward.webhook.guest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.Instancetype;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.guest.Injected.Device;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The devices in a guest's {@code hostDevices} or {@code gpus}. */
final class DeviceInjection {
  static final String HOST_DEVICES = "hostDevices";
  static final String GPUS = "gpus";

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
      return HOST_DEVICES;
    }
    if (!gpusTaken) {
      return GPUS;
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
      GuestObject guest, Set<String> ours, ResourceName resource, int howMany) {
    Set<String> taken = new HashSet<>();
    for (String field : List.of(GPUS, HOST_DEVICES)) {
      for (ObjectNode item : guest.tree().objects(guest.devices(field))) {
        taken.add(item.path("name").asText());
      }
    }
    taken.removeAll(ours);
    List<Device> devices = new ArrayList<>();
    for (int number = 0; devices.size() < howMany; number++) {
      String name = NAME_PREFIX + number;
      if (!taken.contains(name)) {
        devices.add(new Device(name, resource.value()));
      }
    }
    return devices;
  }

  /** Makes the guest hold the devices of {@code after} and no longer those of {@code before}. */
  static void apply(GuestObject guest, Optional<Injected> before, Injected after) {
    before.ifPresent(earlier -> {
      Set<String> stay =
          earlier.deviceField().equals(after.deviceField()) ? names(after) : Set.of();
      removeDevices(guest, earlier, stay);
    });
    for (Device device : after.devices()) {
      ensureDevice(guest, after.deviceField(), device);
    }
  }

  static Set<String> names(Injected injected) {
    return injected.devices().stream().map(Device::name).collect(Collectors.toSet());
  }

  private static void removeDevices(GuestObject guest, Injected earlier, Set<String> stay) {
    if (earlier.devices().isEmpty()) {
      return;
    }
    List<String> path = guest.devices(earlier.deviceField());
    Set<String> gone = new HashSet<>(names(earlier));
    gone.removeAll(stay);
    guest
        .tree()
        .array(path)
        .ifPresent(list -> {
          int size = list.size();
          list.removeIf(item -> gone.contains(item.path("name").asText()));
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
    if (field.equals(GPUS)) {
      // A display is for mdev and for graphics; KubeVirt turns it on where nothing is said.
      added.putObject("virtualGPUOptions").putObject("display").put("enabled", false);
    }
  }
}
