package io.vgpusteward.cluster;

import java.util.Map;

/**
 * A set of guests as far as its template asks for devices.
 *
 * @param kind {@code VirtualMachineInstanceReplicaSet} or {@code VirtualMachinePool}
 * @param annotations those of {@link Keys#PREFIX} that its guests get
 */
public record GuestTemplate(
    DeviceUser.Kind kind,
    String namespace,
    String name,
    Map<String, String> annotations,
    GuestDevices devices) {
  public GuestTemplate {
    annotations = Map.copyOf(annotations);
  }

  @Override
  public String toString() {
    return kind + " " + namespace + "/" + name;
  }
}
