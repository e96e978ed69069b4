package io.vgpusteward.agent.sysfs;

/** A node's GPUs. Calls may take as long as the driver does. */
public interface HostGpus {
  /** What is there now; what cannot be read is said so in the result. */
  Host read();

  /**
   * Writes a type to a virtual function, once, without looking whether it is there afterwards.
   *
   * @param type its id on that function, or 0
   * @throws RefusedException when the driver or the kernel refuses it
   */
  void write(String vf, long type) throws RefusedException;
}
