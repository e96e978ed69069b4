package io.vgpusteward.vgpu;

/**
 * One entry of KubeVirt's {@code permittedHostDevices}.
 *
 * @param kind which of the lists it stands in
 * @param selector {@code pciVendorSelector} of a PCI entry, {@code mdevNameSelector} of a mediated
 *     one, as written; empty for USB
 * @param external whether a device plugin other than virt-handler's serves it
 */
public record PermittedDevice(Kind kind, String selector, ResourceName resource, boolean external) {
  /** The list of {@code permittedHostDevices} that an entry stands in. */
  public enum Kind {
    PCI,
    MEDIATED,
    USB
  }
}
