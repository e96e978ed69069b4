package io.vgpusteward.cluster.object;

import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevice.Kind;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Reads {@code permittedHostDevices}; what is malformed keeps its place in the list. */
final class PermittedList {
  private PermittedList() {}

  static PermittedDevices read(Field lists) {
    List<PermittedDevice> entries = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (Field entry : lists.at(kind.field()).items()) {
        entries.add(entry(kind, entry));
      }
    }
    return new PermittedDevices(entries, lists.isPresent());
  }

  private static PermittedDevice entry(Kind kind, Field entry) {
    String resource = entry.at("resourceName").text().orElse("");
    if (resource.isEmpty()) {
      entry.problems().accept(entry.path() + " has no resourceName");
    }
    return new PermittedDevice(
        kind,
        switch (kind) {
          case PCI -> entry.at("pciVendorSelector").text().orElse("");
          case MEDIATED -> entry.at("mdevNameSelector").text().orElse("");
          case USB ->
              entry.at("selectors").items().stream()
                  .map(item -> text(item, "vendor") + ":" + text(item, "product"))
                  .collect(Collectors.joining(","));
        },
        new ResourceName(resource),
        entry.at("externalResourceProvider").isTrue());
  }

  private static String text(Field selector, String name) {
    return selector.at(name).text().orElse("");
  }
}
