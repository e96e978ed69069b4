package io.vgpusteward.cluster.object;

import io.vgpusteward.cluster.GuestDevices;
import io.vgpusteward.cluster.InstancetypeReference;
import io.vgpusteward.vgpu.ResourceName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the devices of an instance's spec. */
final class DeviceReader {
  private DeviceReader() {}

  static GuestDevices devices(Field spec, Optional<InstancetypeReference> instancetype) {
    Field devices = spec.at("domain", "devices");
    List<Field> hostDevices = devices.at("hostDevices").items();
    SortedMap<ResourceName, Integer> listed = new TreeMap<>();
    count(devices.at("gpus").items(), listed);
    count(hostDevices, listed);
    return listed.isEmpty() && hostDevices.isEmpty() && instancetype.isEmpty()
        ? GuestDevices.NONE
        : new GuestDevices(listed, !hostDevices.isEmpty(), instancetype);
  }

  /**
   * The instancetype that {@code spec.instancetype} of a virtual machine names.
   *
   * @param noted {@code status.instancetypeRef}, which counts where it is about the same name
   */
  static Optional<InstancetypeReference> instancetype(Field spec, Field noted) {
    Field reference = spec.at("instancetype");
    return reference
        .at("name")
        .text()
        .map(name ->
            new InstancetypeReference(
                isClusterWide(reference),
                name,
                reference
                    .at("revisionName")
                    .text()
                    .or(() ->
                        noted
                            .at("controllerRevisionRef", "name")
                            .text()
                            .filter(revision ->
                                noted.at("name").text().filter(name::equals).isPresent()))));
  }

  /** KubeVirt compares without case, takes singular and plural, and cluster-wide for none. */
  private static boolean isClusterWide(Field reference) {
    return reference
        .at("kind")
        .text()
        .filter(kind -> !kind.toLowerCase(Locale.ROOT).startsWith("virtualmachinecluster"))
        .isEmpty();
  }

  private static void count(List<Field> items, SortedMap<ResourceName, Integer> counts) {
    for (Field item : items) {
      item.at("deviceName")
          .text()
          .ifPresent(name -> counts.merge(new ResourceName(name), 1, Integer::sum));
    }
  }
}
