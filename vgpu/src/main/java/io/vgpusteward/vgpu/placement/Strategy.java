package io.vgpusteward.vgpu.placement;

/** Which of the nodes that fit are better. */
public enum Strategy {
  /** The fuller ones, so that whole nodes stay free for requests of many vGPUs. */
  BINPACK,
  /** The emptier ones, so that guests share their GPUs with as few others as can be. */
  SPREAD
}
