package io.vgpusteward.cluster;

import java.util.List;
import java.util.Optional;

/**
 * What an instancetype, or the ControllerRevision that holds one, brings into a virtual machine.
 *
 * @param gpus the {@code deviceName} of each of its {@code gpus} that has one
 * @param hostDevices the {@code deviceName} of each of its {@code hostDevices} that has one
 * @param definesGpus whether it has {@code gpus} at all, DRA entries included: then a virtual
 *     machine must have none of its own
 * @param definesHostDevices the same for {@code hostDevices}
 */
public record Instancetype(
    List<String> gpus,
    List<String> hostDevices,
    boolean definesGpus,
    boolean definesHostDevices,
    Optional<String> schedulerName) {
  public Instancetype {
    gpus = List.copyOf(gpus);
    hostDevices = List.copyOf(hostDevices);
  }
}
