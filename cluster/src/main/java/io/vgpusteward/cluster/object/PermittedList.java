package io.vgpusteward.cluster.object;

import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevice.Kind;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code permittedHostDevices}; an entry without a resource name is none. */
final class PermittedList {
  private PermittedList() {}

  static PermittedDevices read(Field lists) {
    List<PermittedDevice> entries = new ArrayList<>();
    add(entries, lists.at("pciHostDevices"), Kind.PCI, "pciVendorSelector");
    add(entries, lists.at("mediatedDevices"), Kind.MEDIATED, "mdevNameSelector");
    add(entries, lists.at("usb"), Kind.USB, "");
    return new PermittedDevices(entries);
  }

  private static void add(List<PermittedDevice> entries, Field list, Kind kind, String selector) {
    for (Field entry : list.items()) {
      Optional<String> resource = entry.at("resourceName").text();
      if (resource.isEmpty()) {
        entry.problems().accept(entry.path() + " has no resourceName");
        continue;
      }
      entries.add(
          new PermittedDevice(
              kind,
              selector.isEmpty() ? "" : entry.at(selector).text().orElse(""),
              new ResourceName(resource.get()),
              entry.at("externalResourceProvider").isTrue()));
    }
  }
}
