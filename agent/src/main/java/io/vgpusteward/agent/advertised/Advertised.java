package io.vgpusteward.agent.advertised;

/** Whether the kubelet gives out just the functions that carry something, and if not, why. */
public final class Advertised {
  private Advertised() {}
}
