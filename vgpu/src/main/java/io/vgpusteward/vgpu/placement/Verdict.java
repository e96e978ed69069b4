package io.vgpusteward.vgpu.placement;

/** Whether a node would give a pod the vGPUs that it asks for. Only {@link Fits} says yes. */
public sealed interface Verdict {
  Reason reason();

  /** Every device that the node's plugins could hand out is what is wanted, and there is enough. */
  record Fits(Reason reason) implements Verdict {}

  /** The node does not carry enough of it, and cannot without other VFs giving something up. */
  record Lacks(Reason reason) implements Verdict {}

  /** The node does not carry enough of it, and VFs that carry nothing could, if they were set. */
  record CouldCarry(Reason reason) implements Verdict {}

  /** There is enough, and the kubelet may pick something else all the same. */
  record Ambiguous(Reason reason) implements Verdict {}

  /** The node agent is about to write to a VF that could be picked. */
  record Changing(Reason reason) implements Verdict {}

  /** Nobody vouches for what is known of the node, or nothing is known. */
  record Unknown(Reason reason) implements Verdict {}

  default boolean fits() {
    return this instanceof Fits;
  }

  /** The verdict in one word, {@code Fits}: for tables, metrics and programs. */
  default String word() {
    return switch (this) {
      case Fits fits -> "Fits";
      case Lacks lacks -> "Lacks";
      case CouldCarry could -> "CouldCarry";
      case Ambiguous ambiguous -> "Ambiguous";
      case Changing changing -> "Changing";
      case Unknown unknown -> "Unknown";
    };
  }

  /** See {@link Reason#brief}. */
  default String brief() {
    return reason().brief();
  }

  /** See {@link Reason#sentence}. */
  default String sentence() {
    return reason().sentence();
  }
}
