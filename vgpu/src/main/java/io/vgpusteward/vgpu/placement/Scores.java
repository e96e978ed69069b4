package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.ResourceName;
import java.util.Map;
import java.util.SortedMap;

/** How good a node is for a request, among those that fit. */
public final class Scores {
  /** What kube-scheduler's extenders may give at most (extender/v1, MaxExtenderPriority). */
  public static final int BEST = 10;

  private Scores() {}

  /**
   * A score from 0 to {@link #BEST}, more is better.
   *
   * <p>It is the share of the node's devices, over all requested resources together, that would be
   * taken once the pod is there, in tenths and rounded half up; {@link Strategy#SPREAD} counts what
   * would be left instead. A pod that asks for one device gets
   *
   * <ul>
   *   <li>of 4 devices with none taken: 1 of 4 would be, 3 by binpack and 7 by spread;
   *   <li>of 4 with three taken: 4 of 4, 10 by binpack and 0 by spread;
   *   <li>of 8 with three taken: 4 of 8, 5 by both.
   * </ul>
   *
   * <p>A node without devices gets 0 from both.
   *
   * @param taken how many devices of each resource the node's pods have already; others are ignored
   */
  public static int of(
      Strategy strategy,
      VgpuRequest request,
      NodeSupply supply,
      SortedMap<ResourceName, Integer> taken) {
    long all = 0;
    long used = 0;
    for (Map.Entry<ResourceName, Wanted> entry : request.resources().entrySet()) {
      all += supply.allocatable(entry.getKey());
      used += taken.getOrDefault(entry.getKey(), 0) + entry.getValue().count();
    }
    if (all == 0) {
      return 0;
    }
    int share = (int) ((2 * BEST * Math.clamp(used, 0, all) + all) / (2 * all));
    return strategy == Strategy.BINPACK ? share : BEST - share;
  }
}
