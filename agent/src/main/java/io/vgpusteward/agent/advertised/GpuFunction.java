package io.vgpusteward.agent.advertised;

import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.agent.sysfs.HostVf;
import io.vgpusteward.vgpu.PciId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A function of a GPU as KubeVirt's device plugin sees it (pci_device.go, nvidia.go).
 *
 * @param type of a virtual function, 0 for none; empty where it cannot be read, and of a physical
 *     one
 * @param group the number of its IOMMU group, by which the device is called
 */
record GpuFunction(
    String busId,
    Optional<PciId> pciId,
    Optional<String> driver,
    boolean isVirtual,
    Optional<Long> type,
    Optional<String> group) {
  private static final String NVIDIA = "nvidia";
  private static final String VFIO = "vfio-pci";

  /** All of the scene's, each GPU before its virtual functions. */
  static List<GpuFunction> of(Scene scene) {
    return scene.host().gpus().stream().flatMap(gpu -> of(gpu, scene)).toList();
  }

  private static Stream<GpuFunction> of(HostGpu gpu, Scene scene) {
    GpuFunction whole =
        new GpuFunction(
            gpu.busId(),
            gpu.pciId(),
            gpu.driver(),
            false,
            Optional.empty(),
            Optional.ofNullable(scene.groups().get(gpu.busId())));
    return Stream.concat(
        Stream.of(whole), gpu.vfs().stream().map(vf -> of(vf, gpu.pciId(), scene)));
  }

  private static GpuFunction of(HostVf vf, Optional<PciId> pciId, Scene scene) {
    return new GpuFunction(
        vf.busId(),
        pciId,
        vf.driver(),
        true,
        vf.type(),
        Optional.ofNullable(scene.groups().get(vf.busId())));
  }

  /** Whether it is a vGPU that can be handed out. */
  boolean isCarrying() {
    return isVirtual && isOf(NVIDIA) && carries() != 0;
  }

  /** Whether nobody can say whether it is one. */
  boolean isUnreadable() {
    return isVirtual && isOf(NVIDIA) && type.isEmpty();
  }

  /** Whether it is handed out as it is, without a type. */
  boolean isPassedThrough() {
    return isOf(VFIO);
  }

  /** The id of its type, 0 for none. */
  long carries() {
    return type.orElse(0L);
  }

  private boolean isOf(String name) {
    return driver.filter(name::equals).isPresent();
  }
}
