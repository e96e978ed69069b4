package io.vgpusteward.extender.placement;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.extender.pod.PodRequest;
import io.vgpusteward.extender.wire.PreemptionArgs.Victims;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.placement.Scores;
import io.vgpusteward.vgpu.placement.Verdict;
import io.vgpusteward.vgpu.placement.Verdicts;
import io.vgpusteward.vgpu.placement.VgpuRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * One pod against one view of the cluster. What it says stays true whichever pod is bound first:
 * that there is a device free is what kube-scheduler counts. Not for several threads.
 */
public final class Placement {
  /**
   * Up to so many refusals are told one by one. kube-scheduler puts all different reasons into the
   * pod's condition, one behind the other and uncut (framework/types.go, FitError), so that those
   * of a thousand nodes would fill it with 200 kB; equal ones it counts.
   */
  static final int TOLD_IN_FULL = 20;

  private final VgpuRequest request;
  private final PlacementSettings settings;
  private final ClusterView view;
  private final Nodes nodes;
  private final Tally tally = new Tally();

  private Placement(
      VgpuRequest request, PlacementSettings settings, ClusterView view, Nodes nodes) {
    this.request = request;
    this.settings = settings;
    this.view = view;
    this.nodes = nodes;
  }

  /**
   * Begins with a pod.
   *
   * @param view a ready one
   */
  public static Placement of(
      PodRequest pod, ClusterView view, PlacementSettings settings, Instant now) {
    PermittedDevices permitted = view.permitted();
    return new Placement(
        pod.under(permitted),
        settings,
        view,
        new Nodes(view, permitted, now, settings.inventoryMaxAge()));
  }

  /** Where the pod may go; without a vGPU anywhere. */
  public Filtered filter(Collection<String> names) {
    List<String> passed = new ArrayList<>(names.size());
    SequencedMap<String, Verdict> refused = new LinkedHashMap<>();
    for (String name : names) {
      Verdict verdict = verdict(name);
      if (passes(verdict)) {
        passed.add(name);
      } else {
        refused.put(name, verdict);
      }
    }
    boolean inFull = refused.size() <= TOLD_IN_FULL;
    SequencedMap<String, String> reasons = LinkedHashMap.newLinkedHashMap(refused.size());
    refused.forEach(
        (name, verdict) -> reasons.put(name, inFull ? verdict.sentence() : verdict.brief()));
    return new Filtered(passed, reasons);
  }

  /** How good each node is, from 0 to 10; 0 where the pod may not go, or asks for no vGPU. */
  public SequencedMap<String, Integer> score(Collection<String> names) {
    SequencedMap<String, Integer> scores = LinkedHashMap.newLinkedHashMap(names.size());
    names.forEach(name -> scores.put(name, score(name)));
    return scores;
  }

  private int score(String name) {
    return !request.isEmpty() && verdict(name).fits()
        ? Scores.of(settings.strategy(), request, nodes.supply(name), view.launchers().taken(name))
        : 0;
  }

  /**
   * The nodes where it helps the pod to evict the victims, each with all of its own. Who leaves
   * changes nothing of what a node's devices are: where the pod may not go before, it may not
   * after.
   */
  public SequencedMap<String, Victims> preempt(Map<String, Victims> candidates) {
    SequencedMap<String, Victims> kept = new LinkedHashMap<>();
    candidates.forEach((name, victims) -> {
      if (!victims.uids().isEmpty() && passes(verdict(name))) {
        kept.put(name, victims);
      }
    });
    return kept;
  }

  /** How often each verdict was given so far. */
  public Tally tally() {
    return tally;
  }

  private Verdict verdict(String name) {
    Verdict verdict = Verdicts.of(request, nodes.supply(name), nodes.freshness(name));
    tally.count(verdict);
    return verdict;
  }

  private boolean passes(Verdict verdict) {
    return verdict.fits()
        || (verdict instanceof Verdict.Unknown && settings.unknownNodes() == UnknownNodes.ALLOW);
  }
}
