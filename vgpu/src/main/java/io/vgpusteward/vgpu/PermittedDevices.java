package io.vgpusteward.vgpu;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The permitted list: which host devices KubeVirt hands to virtual machines, and under which
 * resource name.
 *
 * @param entries all items of the three lists, each list in its own order, malformed ones too
 * @param isGiven whether there is a list, even an empty one; without any KubeVirt serves no device
 *     and refuses none (renderresources.go, validatePermittedHostDevices)
 */
public record PermittedDevices(List<PermittedDevice> entries, boolean isGiven) {
  public PermittedDevices {
    entries = List.copyOf(entries);
  }

  /** A list that is there. */
  public PermittedDevices(List<PermittedDevice> entries) {
    this(entries, true);
  }

  /** No list at all. */
  public static PermittedDevices none() {
    return new PermittedDevices(List.of(), false);
  }

  /** Whether KubeVirt lets virtual machines have the resource. */
  public boolean permits(ResourceName resource) {
    return !isGiven || entries.stream().anyMatch(entry -> entry.resource().equals(resource));
  }

  /**
   * The resource by which a virtual machine asks for a VF with the profile: the PCI entry named
   * after it, else the one whose PCI id is the board's. KubeVirt gives one PCI id one resource name
   * (device_controller.go), so all profiles of a board share the name of one; of several entries
   * with one id the last one counts, as it does there. What another device plugin serves is of the
   * profile that it is named after, and so is no answer for others of the board.
   */
  public Optional<ResourceName> resourceFor(Profile profile) {
    return pci()
        .filter(entry -> entry.resource().profile().filter(profile::equals).isPresent())
        .reduce((first, last) -> last)
        .or(() -> byBoard(profile))
        .map(PermittedDevice::resource);
  }

  /** The profiles that the names of the PCI entries give, in order of name. */
  public Set<Profile> profiles() {
    return pci()
        .flatMap(entry -> entry.resource().profile().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether the resource is served from mediated devices, which know no SR-IOV placement. */
  public boolean isMediated(ResourceName resource) {
    return entries.stream()
        .anyMatch(entry ->
            entry.kind() == PermittedDevice.Kind.MEDIATED && entry.resource().equals(resource));
  }

  private Optional<PermittedDevice> byBoard(Profile profile) {
    Set<PciId> ids = Board.pciIds(profile.board());
    return pci()
        .filter(entry -> !entry.external() && entry.resource().profile().isPresent())
        .filter(entry -> entry.pciId().filter(ids::contains).isPresent())
        .reduce((first, last) -> last);
  }

  private Stream<PermittedDevice> pci() {
    return entries.stream().filter(entry -> entry.kind() == PermittedDevice.Kind.PCI);
  }
}
