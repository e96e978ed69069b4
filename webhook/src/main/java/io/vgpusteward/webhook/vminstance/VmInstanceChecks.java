package io.vgpusteward.webhook.vminstance;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.webhook.check.LicenseCheck;
import io.vgpusteward.webhook.check.Supply;
import io.vgpusteward.webhook.guest.HandsOff;
import io.vgpusteward.webhook.policy.Finding;
import io.vgpusteward.webhook.policy.Policy;
import io.vgpusteward.webhook.policy.Rule;
import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.Review;
import io.vgpusteward.webhook.review.Reviewer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Judges VMInstances as they are to be stored, after all mutation: what cannot work is refused
 * here, where the tenant sees it. What the chart renders is applied by Flux, whose errors and
 * warnings a tenant meets in conditions at best.
 *
 * <p>An update is judged by what it brings: one that leaves GPUs and our annotations as they were
 * passes without a look, and what was there before it is not held against it. Pure and thread-safe.
 */
public final class VmInstanceChecks implements Reviewer {
  private final Policy policy;
  private final VmInstanceMutation mutation = new VmInstanceMutation();

  private final LicenseCheck licenses;
  private final Function<ClusterView, Supply> supply;

  /**
   * The checks.
   *
   * @param licenses judges the licence of VMInstances that are to get one
   */
  public VmInstanceChecks(Policy policy, LicenseCheck licenses) {
    this(policy, licenses, Supply::of);
  }

  VmInstanceChecks(Policy policy, LicenseCheck licenses, Function<ClusterView, Supply> supply) {
    this.policy = policy;
    this.licenses = licenses;
    this.supply = supply;
  }

  @Override
  public Decision decide(Review review, ClusterView view) {
    VmInstance instance = new VmInstance(review.object());
    Optional<VmInstance> old = review.oldObject().map(VmInstance::new);
    if (!VgpuPart.isTouched(instance, old) || !isConcerned(instance)) {
      return Decision.Admitted.unchanged(review, List.of());
    }
    if (!view.isReady()) {
      return new Decision.NotReady(view.missing());
    }
    if (HandsOff.isOptedOut(instance.guest(), review.namespace(), view)) {
      return Decision.Admitted.unchanged(review, List.of());
    }
    List<Finding> findings = new ArrayList<>();
    if (policy.looksAt(Rule.INJECTION_MISSING)) {
      Decision mutated = mutation.decide(review, view);
      if (!(mutated instanceof Decision.Admitted admitted)) {
        return mutated; // It would have said so itself.
      }
      if (admitted.changed()) {
        findings.add(notInjected());
      }
    }
    GpuChecks checks = new GpuChecks(new PermittedGpus(view), supply.apply(view));
    findings.addAll(checks.of(instance));
    boolean hadOne = old.filter(GpuChecks::hasVgpu).isPresent();
    if (GpuChecks.hasVgpu(instance) && !hadOne && !instance.isWindows()) {
      findings.addAll(licenses.of(review.namespace(), view));
    }
    old.ifPresent(stored -> {
      findings.removeAll(checks.of(stored));
      findings.addAll(checks.ofUpdate(instance, stored));
    });
    return policy.decide(review, findings);
  }

  private static boolean isConcerned(VmInstance instance) {
    return !instance.guest().ownAnnotations().isEmpty()
        || !instance.written().isArray()
        || !instance.written().isEmpty();
  }

  private static Finding notInjected() {
    return new Finding(
        Rule.INJECTION_MISSING,
        "spec.gpus: the GPU that the annotation asks for has not been added; try again, and if it"
            + " stays so tell the cluster's operator that vgpu-steward's mutating webhook for"
            + " VMInstances was passed over");
  }
}
