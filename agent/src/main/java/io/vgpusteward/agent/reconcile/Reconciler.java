package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.claim.Claims;
import io.vgpusteward.agent.claim.Claims.Awaiting;
import io.vgpusteward.agent.config.NodeProfiles;
import io.vgpusteward.agent.reconcile.Round.GpuRound;
import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.HostGpu;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decides what to write to which virtual function, and when. It keeps nothing itself, reads no
 * clock and does no I/O.
 *
 * <p>A function that is to change is announced first. It is written to once that has been published
 * for so long that no placement can arrive which was decided without knowing of it, and then only
 * if nobody has it and no pod may be given it.
 */
public final class Reconciler {
  /** How soon it is seen that an announcement was published, which somebody else does. */
  private static final Duration UNPUBLISHED = Duration.ofSeconds(2);

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
   * @param now a moment before the host and the claims were read: what happened since may not be in
   *     them
   */
  public Round round(Host host, NodeProfiles profiles, Claims claims, Memory memory, Instant now) {
    if (host.era() == Host.Era.MEDIATED) {
      List<GpuRound> gpus =
          host.gpus().stream().map(gpu -> GpuLook.untouched(gpu, claims)).toList();
      return new Round(gpus, List.of(), memory, now.plus(interval));
    }
    List<GpuLook> looks =
        host.gpus().stream()
            .map(
                gpu -> GpuLook.at(gpu, profiles, claims.held(), promised(gpu, claims), memory, now))
            .toList();
    Memory after = Remembering.after(looks, memory);
    Optional<Step> step =
        looks.stream().flatMap(look -> step(look, after, now).stream()).findFirst();
    return new Round(
        looks.stream().map(GpuLook::round).toList(),
        step.stream().toList(),
        after,
        step.isPresent() ? now : lookAgain(looks, after, now));
  }

  /** Those that may get any function of the GPU; where an id is unknown, it may be the GPU's. */
  private static List<Awaiting> promised(HostGpu gpu, Claims claims) {
    return claims.awaiting().stream()
        .filter(
            pod -> pod.pciIds().isEmpty() || gpu.pciId().map(pod.pciIds()::contains).orElse(true))
        .toList();
  }

  private Optional<Step> step(GpuLook look, Memory memory, Instant now) {
    boolean hasSettled =
        look.due().stream()
            .map(vf -> memory.announced().getOrDefault(vf, Optional.empty()))
            .allMatch(since -> since.filter(at -> !at.plus(settle).isAfter(now)).isPresent());
    return hasSettled
        ? new Writes(look.gpu().busId(), look.functions(), look.fates(), memory).next(now)
        : Optional.empty();
  }

  private Instant lookAgain(List<GpuLook> looks, Memory memory, Instant now) {
    Instant next = now.plus(interval);
    for (Optional<Instant> published : memory.announced().values()) {
      Instant due = published.map(at -> at.plus(settle)).orElse(now.plus(UNPUBLISHED));
      next = due.isAfter(now) && due.isBefore(next) ? due : next;
    }
    for (GpuLook look : looks) {
      for (Instant until : look.retries(memory, now)) {
        next = until.isAfter(now) && until.isBefore(next) ? until : next;
      }
    }
    return next;
  }
}
