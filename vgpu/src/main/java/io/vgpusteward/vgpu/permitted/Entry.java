package io.vgpusteward.vgpu.permitted;

import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevice.Kind;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An entry and where it stands, for messages; the place is never compared. */
record Entry(String field, PermittedDevice device) {
  /** The field with the three lists. */
  static final String LISTS = "spec.configuration.permittedHostDevices";

  static List<Entry> of(PermittedDevices devices) {
    Map<Kind, Integer> next = new EnumMap<>(Kind.class);
    List<Entry> entries = new ArrayList<>();
    for (PermittedDevice device : devices.entries()) {
      int index = next.merge(device.kind(), 1, Integer::sum) - 1;
      entries.add(new Entry(LISTS + "." + device.kind().field() + "[" + index + "]", device));
    }
    return entries;
  }

  ResourceName resource() {
    return device.resource();
  }

  /** Whether KubeVirt's own device plugin is to serve it. */
  boolean isInTree() {
    return !device.external();
  }

  Optional<Selector> selector() {
    return Selector.of(device);
  }
}
