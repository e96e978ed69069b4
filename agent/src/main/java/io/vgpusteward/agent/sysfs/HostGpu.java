package io.vgpusteward.agent.sysfs;

import io.vgpusteward.vgpu.PciId;
import java.util.List;
import java.util.Optional;

/**
 * A physical function.
 *
 * @param busId its address, {@code 0000:41:00.0}
 * @param pciId vendor and device; empty where they cannot be read
 * @param driver {@code nvidia}, or {@code vfio-pci} where it is passed through whole; empty where
 *     none has it
 * @param totalVfs how many virtual functions it could have; 0 where it can have none
 * @param vfs those that are there, in the order of the card ({@code virtfn0}, {@code virtfn1})
 */
public record HostGpu(
    String busId, Optional<PciId> pciId, Optional<String> driver, int totalVfs, List<HostVf> vfs) {
  public HostGpu {
    vfs = List.copyOf(vfs);
  }
}
