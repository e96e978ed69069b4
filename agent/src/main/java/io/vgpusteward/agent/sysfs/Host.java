package io.vgpusteward.agent.sysfs;

import java.util.List;

/**
 * What a node's sysfs says at one moment.
 *
 * @param gpus by address; none of other vendors than NVIDIA, and no audio functions
 * @param problems what could not be read and is no virtual function's own problem: while there is
 *     one, a GPU may be there that is not in the list
 */
public record Host(Era era, List<HostGpu> gpus, List<String> problems) {
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
    problems = List.copyOf(problems);
  }

  /** What could be read without a problem. */
  public Host(Era era, List<HostGpu> gpus) {
    this(era, gpus, List.of());
  }
}
