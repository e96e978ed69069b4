package io.vgpusteward.agent.claim;

import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Vf;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who has the node's virtual functions, and who is about to get one.
 *
 * @param held by the address of the function
 * @param awaiting pods on the node that have asked for a device and of which nobody can say yet
 *     which one it is
 */
public record Claims(Map<String, Vf.Holder> held, List<Awaiting> awaiting) {
  public Claims {
    held = Map.copyOf(held);
    awaiting = List.copyOf(awaiting);
  }

  /** Nobody has anything. */
  public static Claims none() {
    return new Claims(Map.of(), List.of());
  }

  /**
   * A pod that may get any function of some GPUs.
   *
   * @param pciIds the ids of these GPUs; none where it may be any GPU
   */
  public record Awaiting(Vf.Holder pod, Set<PciId> pciIds) {
    public Awaiting {
      pciIds = Set.copyOf(pciIds);
    }
  }
}
