package io.vgpusteward.vgpu;

import java.util.Optional;

/**
 * One entry of KubeVirt's {@code permittedHostDevices}, as it is written there, however malformed.
 *
 * @param kind which of the lists it stands in
 * @param selector {@code pciVendorSelector} of a PCI entry, {@code mdevNameSelector} of a mediated
 *     one, {@code vendor:product} of each selector of a USB one, joined by commas; empty where
 *     there is none
 * @param resource empty where there is none
 * @param external whether a device plugin other than virt-handler's serves it
 */
public record PermittedDevice(Kind kind, String selector, ResourceName resource, boolean external) {
  /** The list of {@code permittedHostDevices} that an entry stands in. */
  public enum Kind {
    PCI("pciHostDevices"),
    MEDIATED("mediatedDevices"),
    USB("usb");

    private final String field;

    Kind(String field) {
      this.field = field;
    }

    /** The list's name in {@code permittedHostDevices}. */
    public String field() {
      return field;
    }
  }

  /**
   * The id by which a PCI entry selects functions. Empty for entries of other kinds, and for a
   * malformed selector, which selects nothing: KubeVirt compares it as it stands, spaces too, and
   * only its case does not count (device_controller.go).
   */
  public Optional<PciId> pciId() {
    return kind == Kind.PCI
        ? PciId.parse(selector).filter(id -> id.value().equalsIgnoreCase(selector))
        : Optional.empty();
  }
}
