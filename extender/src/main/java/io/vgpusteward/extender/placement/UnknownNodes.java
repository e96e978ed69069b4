package io.vgpusteward.extender.placement;

/** What becomes of nodes of which nobody knows what their GPUs carry. */
public enum UnknownNodes {
  /** No pod with a vGPU goes there. */
  REFUSE,
  /** Pods go there where no other node fits: they pass, with the lowest score. */
  ALLOW
}
