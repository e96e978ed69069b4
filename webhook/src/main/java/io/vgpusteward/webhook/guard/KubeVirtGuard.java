package io.vgpusteward.webhook.guard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.cluster.object.ObjectReader;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Vf;
import io.vgpusteward.vgpu.permitted.Finding;
import io.vgpusteward.vgpu.permitted.Fix;
import io.vgpusteward.vgpu.permitted.PermittedChange;
import io.vgpusteward.vgpu.permitted.PermittedRules;
import io.vgpusteward.vgpu.permitted.PermittedState;
import io.vgpusteward.webhook.policy.Policy;
import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.Remark;
import io.vgpusteward.webhook.review.Review;
import io.vgpusteward.webhook.review.Reviewer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Validates the creation and the change of a KubeVirt CR: nothing that is in use goes from its
 * permitted list unless that was acknowledged by name, and nothing gets in that cannot work. It
 * changes nothing. A deletion is KubeVirt's own business ({@code uninstallStrategy}).
 *
 * <p>While the view is not ready removals are denied, with 503 so that controllers try again, and
 * all else passes.
 */
public final class KubeVirtGuard implements Reviewer {
  private static final int SHOWN = 5;

  private final Policy policy;
  private final TrustedIdentities trusted;

  public KubeVirtGuard(Policy policy, TrustedIdentities trusted) {
    this.policy = policy;
    this.trusted = trusted;
  }

  @Override
  public Decision decide(Review review, ClusterView view) {
    boolean isTrusted = trusted.include(review.requester());
    List<Finding> denials = new ArrayList<>();
    List<Remark> warnings = new ArrayList<>();
    Map<String, String> audit = new TreeMap<>();
    Set<String> acknowledged = new TreeSet<>();
    for (Finding finding : PermittedRules.judge(change(review, view))) {
      switch (GuardRules.outcome(finding, policy, isTrusted)) {
        case DENIED -> denials.add(finding);
        case WARNED -> {
          warnings.add(remark(finding, "", FixText.of(finding)));
          audit.put("warned-" + GuardRules.rule(finding).id(), "true");
        }
        case ACKNOWLEDGED -> {
          acknowledged.addAll(names(List.of(finding)));
          warnings.add(remark(finding, "acknowledged: ", ""));
        }
        case NOTHING -> {}
      }
    }
    if (!denials.isEmpty()) {
      return denied(review, view, denials);
    }
    if (!acknowledged.isEmpty()) {
      audit.put("acknowledged-removal", String.join(",", acknowledged));
    }
    return new Decision.Admitted(review.object(), false, audit, warnings);
  }

  private PermittedChange change(Review review, ClusterView view) {
    return new PermittedChange(
        review.oldObject().map(KubeVirtGuard::state),
        state(review.object()),
        new ViewUses(view),
        passedThrough(view));
  }

  /** PF or VF: what is bound to vfio-pci is no vGPU, and has the id of one. */
  private static Set<PciId> passedThrough(ClusterView view) {
    return view.inventories().values().stream()
        .flatMap(inventory -> inventory.gpus().stream())
        .filter(gpu -> gpu.passedThrough() || gpu.vfs().stream().anyMatch(Vf::passedThrough))
        .flatMap(gpu -> gpu.pciId().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static PermittedState state(ObjectNode object) {
    KubeVirt kubeVirt = ObjectReader.kubeVirt(object, problem -> {});
    return new PermittedState(
        kubeVirt.permitted(), kubeVirt.allowsHostDevices(), AllowedRemovals.of(kubeVirt));
  }

  private static Decision denied(Review review, ClusterView view, List<Finding> denials) {
    List<Remark> remarks =
        new ArrayList<>(
            denials.stream()
                .limit(SHOWN)
                .map(finding -> remark(finding, "", FixText.of(finding)))
                .toList());
    if (denials.size() > SHOWN) {
      remarks.add(Remark.of("and " + (denials.size() - SHOWN) + " more"));
    }
    Set<String> removals = names(denials);
    if (removals.size() > 1) {
      removals.addAll(AllowedRemovals.of(ObjectReader.kubeVirt(review.object(), problem -> {})));
      remarks.add(Remark.of("for all of it: " + AllowedRemovals.annotation(removals)));
    }
    ListOwner.advice(review.oldObject().orElse(review.object()), review.requester())
        .map(Remark::of)
        .ifPresent(remarks::add);
    // Of what is "Invalid" kubectl edit shows the causes and no message.
    return view.isReady()
        ? new Decision.Denied(403, "Forbidden", remarks)
        : new Decision.Denied(503, "ServiceUnavailable", remarks);
  }

  private static Set<String> names(List<Finding> findings) {
    return findings.stream()
        .flatMap(finding -> finding.fixes().stream())
        .filter(Fix.Acknowledge.class::isInstance)
        .map(fix -> ((Fix.Acknowledge) fix).name())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The essence first: kube-apiserver cuts a warning after 256 characters. */
  private static Remark remark(Finding finding, String before, String fix) {
    List<String> parts =
        new ArrayList<>(List.of(before + finding.field() + ": " + finding.problem()));
    parts.add(finding.usedBy());
    parts.add(fix);
    parts.removeIf(String::isEmpty);
    return Remark.ofRule(GuardRules.rule(finding).id(), String.join("; ", parts));
  }
}
