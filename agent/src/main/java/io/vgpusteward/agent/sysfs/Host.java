package io.vgpusteward.agent.sysfs;

import java.util.List;

/**
 * What a node's sysfs says at one moment.
 *
 * @param gpus by address; none of other vendors than NVIDIA, and no audio functions
 */
public record Host(Era era, List<HostGpu> gpus) {
  /** How vGPUs are made on a node. */
  public enum Era {
    /** There is no GPU. */
    NO_GPU,
    /** By types that are written to virtual functions; also where all GPUs are passed through. */
    SRIOV,
    /** By mediated devices: not ours to touch. */
    MEDIATED
  }

  public Host {
    gpus = List.copyOf(gpus);
  }
}
