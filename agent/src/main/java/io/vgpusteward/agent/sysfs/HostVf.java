package io.vgpusteward.agent.sysfs;

import java.util.List;
import java.util.Optional;

/**
 * A virtual function.
 *
 * @param busId its address, {@code 0000:41:00.4}
 * @param driver {@code nvidia}, unless something is wrong; empty where none has it
 * @param type the id of what it carries, 0 for nothing; empty where that cannot be read
 * @param creatable what the driver would let it carry now, in the driver's order
 * @param problem what could not be read or understood of it, in words
 */
public record HostVf(
    String busId,
    Optional<String> driver,
    Optional<Long> type,
    List<VgpuType> creatable,
    Optional<String> problem) {
  public HostVf {
    creatable = List.copyOf(creatable);
  }
}
