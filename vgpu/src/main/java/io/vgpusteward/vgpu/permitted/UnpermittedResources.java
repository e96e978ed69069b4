package io.vgpusteward.vgpu.permitted;

import io.vgpusteward.vgpu.Board;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Resources in use that a list lacks: a list where there was none, which ends KubeVirt's letting
 * everything pass, or the list of a KubeVirt CR that was created anew.
 */
public final class UnpermittedResources {
  private UnpermittedResources() {}

  /** The resources in use that the list lacks, by name, each with its users. */
  public static NavigableMap<ResourceName, List<String>> of(PermittedDevices devices, Uses uses) {
    NavigableMap<ResourceName, List<String>> lacking = new TreeMap<>();
    for (ResourceName resource : uses.resources()) {
      if (!devices.permits(resource)) {
        lacking.put(resource, uses.of(resource));
      }
    }
    return lacking;
  }

  static Stream<Finding> judge(Comparison change) {
    if (change.before().isGiven() || !change.after().isGiven()) {
      return Stream.empty();
    }
    Stream<Finding> lacking =
        of(change.after().state().devices(), change.uses()).entrySet().stream()
            .map(entry -> unpermitted(change, entry.getKey(), entry.getValue()));
    return change.knowsUses() ? lacking : Stream.concat(lacking, Stream.of(unknown(change)));
  }

  private static Finding unpermitted(Comparison change, ResourceName name, List<String> users) {
    return new Finding(
        Rule.NOT_PERMITTED,
        change.isNew() ? Severity.WARN : change.removal(name.value(), users),
        Entry.LISTS,
        name + " is in use and not in the list, which refuses it at the next start or migration",
        users,
        Stream.<Fix>concat(
                entry(name).stream(),
                change.isNew() ? Stream.of() : Stream.of(new Fix.Acknowledge(name.value())))
            .toList());
  }

  private static Finding unknown(Comparison change) {
    return new Finding(
        Rule.NOT_PERMITTED,
        Severity.WARN,
        Entry.LISTS,
        "whether the list has all that is in use cannot be told yet (waiting for "
            + String.join(", ", change.uses().unseen())
            + ")",
        List.of(),
        List.of());
  }

  /** The entry that the resource's name tells, where its board has one id. */
  private static List<Fix> entry(ResourceName name) {
    Set<PciId> ids = name.profile().map(profile -> Board.pciIds(profile.board())).orElse(Set.of());
    return ids.size() == 1
        ? List.of(
            new Fix.Entry(
                new PermittedDevice(
                    PermittedDevice.Kind.PCI, ids.iterator().next().value(), name, false)))
        : List.of(new Fix.Other("have an entry with resourceName: " + name));
  }
}
