package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.claim.Claims;
import io.vgpusteward.agent.config.NodeProfiles;
import io.vgpusteward.agent.reconcile.Round.GpuRound;
import io.vgpusteward.agent.reconcile.Round.VfRound;
import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.agent.sysfs.HostVf;
import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what to write to which virtual function, and when. It keeps nothing itself, reads no
 * clock and does no I/O.
 */
public final class Reconciler {
  private final Duration settle;
  private final Duration interval;

  /**
   * @param settle how long a placement that was decided before an announcement may take to arrive
   * @param interval how often sysfs is looked at where nothing is to be done: its files tell nobody
   *     when they change
   */
  public Reconciler(Duration settle, Duration interval) {
    this.settle = settle;
    this.interval = interval;
  }

  /**
   * One look at the node.
   *
   * @param now a moment before the host and the claims were read, in this order of time: what
   *     happened since may not be in them
   */
  public Round round(Host host, NodeProfiles profiles, Claims claims, Memory memory, Instant now) {
    List<GpuRound> gpus = host.gpus().stream().map(gpu -> left(gpu, profiles, claims)).toList();
    return new Round(
        gpus, List.of(), memory, now.plus(settle.compareTo(interval) < 0 ? settle : interval));
  }

  private static GpuRound left(HostGpu gpu, NodeProfiles profiles, Claims claims) {
    return new GpuRound(
        gpu,
        Set.of(),
        Gpu.Sizes.Unknown,
        Offers.none(),
        Optional.empty(),
        gpu.vfs().stream().map(vf -> left(gpu, vf, profiles, claims)).toList());
  }

  private static VfRound left(HostGpu gpu, HostVf vf, NodeProfiles profiles, Claims claims) {
    return new VfRound(
        vf,
        Optional.<Profile>empty(),
        profiles.wanted(gpu, Set.of(), vf),
        Optional.empty(),
        Vf.State.Settled,
        Optional.empty(),
        Optional.ofNullable(claims.held().get(vf.busId())));
  }
}
