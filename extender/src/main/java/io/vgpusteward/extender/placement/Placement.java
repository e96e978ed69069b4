package io.vgpusteward.extender.placement;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.extender.wire.PreemptionArgs.Victims;
import io.vgpusteward.vgpu.placement.NodeSupply;
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

  /**
   * @param view a ready one
   */
  Placement(VgpuRequest request, PlacementSettings settings, ClusterView view, Instant now) {
    this.request = request;
    this.settings = settings;
    this.view = view;
    this.nodes = new Nodes(view, now, settings.inventoryMaxAge());
  }

  /** Where the pod may go; without a vGPU anywhere. */
  public Filtered filter(Collection<String> names) {
    List<String> passed = new ArrayList<>(names.size());
    List<String> others = new ArrayList<>();
    List<Verdict> verdicts = new ArrayList<>();
    for (String name : names) {
      Verdict verdict = verdict(nodes.supply(name));
      if (passes(verdict)) {
        passed.add(name);
      } else {
        others.add(name);
        verdicts.add(verdict);
      }
    }
    boolean inFull = others.size() <= TOLD_IN_FULL;
    SequencedMap<String, String> refused = LinkedHashMap.newLinkedHashMap(others.size());
    for (int i = 0; i < others.size(); i++) {
      Verdict verdict = verdicts.get(i);
      refused.put(others.get(i), inFull ? verdict.sentence() : verdict.brief());
    }
    return new Filtered(passed, refused);
  }

  /** How good each node is, from 0 to 10; 0 where the pod may not go, or asks for no vGPU. */
  public SequencedMap<String, Integer> score(Collection<String> names) {
    SequencedMap<String, Integer> scores = LinkedHashMap.newLinkedHashMap(names.size());
    names.forEach(name -> scores.put(name, score(name)));
    return scores;
  }

  private int score(String name) {
    NodeSupply supply = nodes.supply(name);
    return !request.isEmpty() && verdict(supply).fits()
        ? Scores.of(settings.strategy(), request, supply, view.launchers().taken(name))
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
      if (!victims.uids().isEmpty() && passes(verdict(nodes.supply(name)))) {
        kept.put(name, victims);
      }
    });
    return kept;
  }

  /** How often each verdict was given so far. */
  public Tally tally() {
    return tally;
  }

  private Verdict verdict(NodeSupply supply) {
    Verdict verdict = Verdicts.of(request, supply, nodes.freshness(supply.node()));
    tally.count(verdict);
    return verdict;
  }

  private boolean passes(Verdict verdict) {
    return verdict.fits()
        || (verdict instanceof Verdict.Unknown && settings.unknownNodes() == UnknownNodes.ALLOW);
  }
}
