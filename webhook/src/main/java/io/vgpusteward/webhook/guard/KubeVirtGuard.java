package io.vgpusteward.webhook.guard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.cluster.object.ObjectReader;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.permitted.Finding;
import io.vgpusteward.vgpu.permitted.Fix;
import io.vgpusteward.vgpu.permitted.PermittedChange;
import io.vgpusteward.vgpu.permitted.PermittedRules;
import io.vgpusteward.vgpu.permitted.PermittedState;
import io.vgpusteward.webhook.policy.Policy;
import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.Review;
import io.vgpusteward.webhook.review.Reviewer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
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
  private final Function<ClusterView, Set<PciId>> passedThrough;

  /**
   * A guard.
   *
   * @param passedThrough the ids of cards that nodes pass through whole, none where unknown
   */
  public KubeVirtGuard(
      Policy policy, TrustedIdentities trusted, Function<ClusterView, Set<PciId>> passedThrough) {
    this.policy = policy;
    this.trusted = trusted;
    this.passedThrough = passedThrough;
  }

  @Override
  public Decision decide(Review review, ClusterView view) {
    boolean isTrusted = trusted.include(review.requester());
    List<Finding> denials = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    Map<String, String> audit = new TreeMap<>();
    Set<String> acknowledged = new TreeSet<>();
    for (Finding finding : PermittedRules.judge(change(review, view))) {
      switch (GuardRules.outcome(finding, policy, isTrusted)) {
        case DENIED -> denials.add(finding);
        case WARNED -> {
          warnings.add(text(finding, true));
          audit.put("warned-" + GuardRules.rule(finding).id(), "true");
        }
        case ACKNOWLEDGED -> {
          acknowledged.addAll(names(List.of(finding)));
          warnings.add("acknowledged: " + text(finding, false));
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
    return new Decision.Admitted(review.object(), false, warnings, audit);
  }

  private PermittedChange change(Review review, ClusterView view) {
    return new PermittedChange(
        review.oldObject().map(KubeVirtGuard::state),
        state(review.object()),
        new ViewUses(view),
        passedThrough.apply(view));
  }

  private static PermittedState state(ObjectNode object) {
    KubeVirt kubeVirt = ObjectReader.kubeVirt(object, problem -> {});
    return new PermittedState(
        kubeVirt.permitted(), kubeVirt.allowsHostDevices(), AllowedRemovals.of(kubeVirt));
  }

  private static Decision denied(Review review, ClusterView view, List<Finding> denials) {
    List<String> sentences =
        new ArrayList<>(denials.stream().limit(SHOWN).map(finding -> text(finding, true)).toList());
    if (denials.size() > SHOWN) {
      sentences.add("and " + (denials.size() - SHOWN) + " more");
    }
    Set<String> removals = names(denials);
    if (removals.size() > 1) {
      removals.addAll(AllowedRemovals.of(ObjectReader.kubeVirt(review.object(), problem -> {})));
      sentences.add("for all of it: " + AllowedRemovals.annotation(removals));
    }
    ListOwner.advice(review.oldObject().orElse(review.object()), review.requester())
        .ifPresent(sentences::add);
    return new Decision.Denied(
        // Of what is "Invalid" kubectl edit shows the causes and no message.
        view.isReady() ? 403 : 503,
        view.isReady() ? "Forbidden" : "ServiceUnavailable",
        String.join(". ", sentences));
  }

  private static Set<String> names(List<Finding> findings) {
    return findings.stream()
        .flatMap(finding -> finding.fixes().stream())
        .filter(Fix.Acknowledge.class::isInstance)
        .map(fix -> ((Fix.Acknowledge) fix).name())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The essence first: kube-apiserver cuts a warning after 256 characters. */
  private static String text(Finding finding, boolean withFix) {
    List<String> parts = new ArrayList<>(List.of(finding.field() + ": " + finding.problem()));
    parts.add(finding.usedBy());
    if (withFix) {
      parts.add(FixText.of(finding));
    }
    parts.removeIf(String::isEmpty);
    return String.join("; ", parts) + " [" + GuardRules.rule(finding) + "]";
  }
}
