package io.vgpusteward.vgpu.placement;

/** Lacks: what the pod asks for cannot be had of any node. */
record Unanswerable(String why) implements Reason {
  @Override
  public String brief() {
    return sentence();
  }

  @Override
  public String sentence() {
    return why + "; correct the profile's annotation of its virtual machine, and restart that";
  }
}
