package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.placement.Served.Source;
import io.vgpusteward.vgpu.placement.Verdict.Ambiguous;
import io.vgpusteward.vgpu.placement.Verdict.Changing;
import io.vgpusteward.vgpu.placement.Verdict.CouldCarry;
import io.vgpusteward.vgpu.placement.Verdict.Fits;
import io.vgpusteward.vgpu.placement.Verdict.Lacks;
import io.vgpusteward.vgpu.placement.Verdict.Unknown;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rule of placement: a node fits when every device that its device plugin could hand out for
 * the pod's resource carries what the pod wants.
 *
 * <p>Nothing weaker is safe. KubeVirt gives all functions with one PCI id one resource name, and
 * the kubelet picks among them without asking anybody. Devices that are taken count too, because
 * who holds one may leave before the kubelet picks; so a verdict does not depend on who runs where,
 * and that there is one free is what kube-scheduler counts (NodeResourcesFit).
 */
public final class Verdicts {
  private Verdicts() {}

  /**
   * The verdict on a node. Of several resources the one that is hardest to mend decides, in the
   * order Lacks, CouldCarry, Ambiguous, Changing, Unknown: what is certain comes before Unknown, so
   * that letting pods onto unknown nodes lets none onto one that is known not to do.
   *
   * <p>The last verdict on each supply is kept: kube-scheduler asks about each pod at least twice,
   * and pods that ask for the same come in rows. It is found again by the same request object.
   */
  @SuppressWarnings("ReferenceEquality") // Comparing requests costs as much as judging.
  public static Verdict of(VgpuRequest request, NodeSupply supply, Freshness freshness) {
    if (!freshness.isFresh()) {
      return judge(request, supply, freshness);
    }
    NodeSupply.Judged last = supply.judged();
    if (last == null || last.request() != request) {
      last = new NodeSupply.Judged(request, judge(request, supply, freshness));
      supply.judged(last);
    }
    return last.verdict();
  }

  private static Verdict judge(VgpuRequest request, NodeSupply supply, Freshness freshness) {
    if (request.unanswerable().isPresent()) {
      return new Lacks(new Unanswerable(request.unanswerable().get()));
    }
    Verdict worst = null;
    for (Map.Entry<ResourceName, Wanted> entry : request.resources().entrySet()) {
      Verdict one = judge(new Question(entry.getKey(), entry.getValue(), supply), freshness);
      if (worst == null || rank(one) < rank(worst)) {
        worst = one;
      }
    }
    if (worst == null || (worst.fits() && request.resources().size() > 1)) {
      return new Fits(new AllFit(request, supply));
    }
    return worst;
  }

  private static int rank(Verdict verdict) {
    return switch (verdict) {
      case Lacks lacks -> 0;
      case CouldCarry could -> 1;
      case Ambiguous ambiguous -> 2;
      case Changing changing -> 3;
      case Unknown unknown -> 4;
      case Fits fits -> 5;
    };
  }

  private static Verdict judge(Question question, Freshness freshness) {
    return switch (question.source()) {
      case NOTHING, UNLISTED -> new Lacks(new Unserved(question));
      case OTHERS -> byName(question);
      case FUNCTIONS, BOTH ->
          isKnown(question.supply(), freshness)
              ? byFunctions(question)
              : new Unknown(new NotVouchedFor(question.supply(), freshness));
    };
  }

  private static boolean isKnown(NodeSupply supply, Freshness freshness) {
    return freshness.isFresh()
        && supply.inventory().isPresent()
        && supply.inventory().get().ready();
  }

  /** Such plugins hand out what the resource or the type is named after, so the count decides. */
  private static Verdict byName(Question question) {
    Set<Profile> named = question.named();
    boolean maybe =
        question.profile().map(one -> named.isEmpty() || named.contains(one)).orElse(true);
    if (!maybe || question.allocatable() < question.wanted().count()) {
      return new Lacks(new ByCount(question));
    }
    boolean certain = question.profile().isEmpty() || named.size() == 1;
    return certain ? new Fits(new ByCount(question)) : new Ambiguous(new ByCount(question));
  }

  private static Verdict byFunctions(Question question) {
    Devices devices = question.devices();
    int count = question.wanted().count();
    if (devices.gpus().isEmpty() && question.source() == Source.BOTH) {
      return byName(question); // KubeVirt has nothing here that could get in the other's way.
    }
    if (devices.gpus().isEmpty() && question.profile().isEmpty()) {
      // No GPU that the node agent knows: a sound function, a network card.
      return question.allocatable() < count
          ? new Lacks(new ByCount(question))
          : new Fits(new ByCount(question));
    }
    if (devices.changing() > 0) {
      return new Changing(new AboutToChange(question));
    }
    int matching = devices.matching(question.profile());
    if (matching + devices.perhaps(question.profile()) < count) {
      return matching + devices.possible(question.profile()) >= count
          ? new CouldCarry(new TooFew(question))
          : new Lacks(new TooFew(question));
    }
    return Doubt.of(question)
        .<Verdict>map(Ambiguous::new)
        .orElseGet(() -> new Fits(new AllAlike(question)));
  }

  /** Why a request fits, resource by resource. */
  private record AllFit(VgpuRequest request, NodeSupply supply) implements Reason {
    @Override
    public String brief() {
      return request.isEmpty() ? "asks for no vGPU" : "all of it fits";
    }

    @Override
    public String sentence() {
      List<String> all = new ArrayList<>();
      request
          .resources()
          .forEach((resource, wanted) ->
              all.add(judge(new Question(resource, wanted, supply), Freshness.fresh()).sentence()));
      return all.isEmpty() ? "the pod asks for no vGPU" : String.join("; ", all);
    }
  }
}
