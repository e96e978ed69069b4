package io.vgpusteward.extender.placement;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.extender.pod.PodRequest;
import io.vgpusteward.vgpu.placement.VgpuRequest;
import java.time.Instant;

/** Begins the placement of one pod after the other, by the same settings. Thread-safe. */
public final class Placements {
  private final PlacementSettings settings;

  /**
   * Pods come in rows that ask for the same, and each comes several times: verdicts are found again
   * by the request object. Which thread's request stays does not matter.
   */
  private volatile VgpuRequest last = VgpuRequest.none();

  public Placements(PlacementSettings settings) {
    this.settings = settings;
  }

  /**
   * Begins with a pod.
   *
   * @param view a ready one
   */
  public Placement of(PodRequest pod, ClusterView view, Instant now) {
    VgpuRequest request = pod.under(view.permitted());
    VgpuRequest before = last;
    if (request.equals(before)) {
      request = before;
    } else {
      last = request;
    }
    return new Placement(request, settings, view, now);
  }
}
