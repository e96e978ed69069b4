package io.vgpusteward.vgpu.permitted;

import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevice.Kind;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an entry selects devices by, in the form in which KubeVirt compares it, so that two that
 * select the same are equal.
 *
 * <p>PCI ids are compared in lower case and as they stand: one with a space around it selects
 * nothing. Spaces in the name of a mediated type count as underscores, its case counts. USB ids are
 * hexadecimal numbers, in any order. Source: device_controller.go, usb_device.go.
 */
record Selector(Kind kind, String value) {
  private static final Pattern USB_ID = Pattern.compile("0*[0-9A-Fa-f]{1,4}");

  /** The selector of an entry; empty for one that selects nothing. */
  static Optional<Selector> of(PermittedDevice device) {
    String text = device.selector();
    Optional<String> value =
        switch (device.kind()) {
          case PCI -> device.pciId().map(PciId::value);
          case MEDIATED ->
              Optional.of(text.replace(' ', '_').strip()).filter(name -> !name.isEmpty());
          case USB -> usb(text);
        };
    return value.map(canonical -> new Selector(device.kind(), canonical));
  }

  /** The id of a PCI selector. */
  Optional<PciId> pciId() {
    return kind == Kind.PCI ? PciId.parse(value) : Optional.empty();
  }

  private static Optional<String> usb(String text) {
    if (!Stream.of(text.split(",", -1)).allMatch(Selector::isUsbDevice)) {
      return Optional.empty();
    }
    return Optional.of(
        Stream.of(text.split(",", -1))
            .map(device ->
                Stream.of(device.split(":", 2))
                    .map(id -> "%04x".formatted(Integer.parseInt(id, 16)))
                    .collect(Collectors.joining(":")))
            .sorted()
            .collect(Collectors.joining(",")));
  }

  private static boolean isUsbDevice(String device) {
    List<String> ids = List.of(device.split(":", -1));
    return ids.size() == 2 && ids.stream().allMatch(id -> USB_ID.matcher(id).matches());
  }

  @Override
  public String toString() {
    return value;
  }
}
