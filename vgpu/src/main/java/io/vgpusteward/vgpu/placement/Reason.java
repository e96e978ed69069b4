package io.vgpusteward.vgpu.placement;

/** Why a verdict is what it is, in words, which are put together only when they are asked for. */
public interface Reason {
  /**
   * A few words without addresses and names of a node's own, so that many nodes with the same
   * trouble say the same and kube-scheduler, which counts equal reasons, gives one line for all.
   */
  String brief();

  /**
   * One sentence for a person, mostly under 300 characters: names VFs and who holds them, and ends
   * with what to do where there is something.
   */
  String sentence();
}
