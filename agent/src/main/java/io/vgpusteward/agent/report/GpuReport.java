package io.vgpusteward.agent.report;

import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Profile;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A GPU.
 *
 * @param busId the address of its physical function
 * @param board what its profiles begin with, where that is known and one word
 * @param frameBufferGib all of it, in GiB
 * @param offered every profile that its driver was ever seen to list, by its number there
 * @param vfs in the order of the card
 * @param message why it is left alone or cannot be used
 */
public record GpuReport(
    String busId,
    Optional<PciId> pciId,
    Optional<String> board,
    Optional<String> driver,
    Gpu.Sizes sizes,
    OptionalInt frameBufferGib,
    SortedMap<Long, Profile> offered,
    List<VfReport> vfs,
    Optional<String> message) {
  static final String PASSTHROUGH = "vfio-pci";

  public GpuReport {
    offered = Collections.unmodifiableSortedMap(new TreeMap<>(offered));
    vfs = List.copyOf(vfs);
    message = message.map(Words::shortened);
  }

  /** Whether one virtual machine gets it whole. */
  public boolean isPassedThrough() {
    return driver.filter(PASSTHROUGH::equals).isPresent();
  }

  Gpu gpu() {
    return new Gpu(
        busId,
        pciId,
        board,
        isPassedThrough(),
        sizes,
        frameBufferGib,
        new TreeSet<>(offered.values()),
        vfs.stream().map(VfReport::vf).toList());
  }
}
