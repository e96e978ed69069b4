package io.vgpusteward.webhook.check;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.webhook.guest.GpuRequestReader;
import io.vgpusteward.webhook.guest.GuestObject;
import io.vgpusteward.webhook.guest.HandsOff;
import io.vgpusteward.webhook.injection.GuestMutation;
import io.vgpusteward.webhook.injection.InjectionSettings;
import io.vgpusteward.webhook.policy.Finding;
import io.vgpusteward.webhook.policy.Policy;
import io.vgpusteward.webhook.policy.Rule;
import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.RefusedException;
import io.vgpusteward.webhook.review.Review;
import io.vgpusteward.webhook.review.Reviewer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Judges guests that ask for a vGPU or a licence, as they are to be stored, after all mutation.
 *
 * <p>An update is judged by what it brings: one that leaves the {@link JudgedPart} of the guest as
 * it was passes without a look, and what was there before it is not held against it. Deletions,
 * finalizers and status are thus never in its way, nor is a guest that opted out or is a node of
 * Cluster API.
 *
 * <p>An instance that a VirtualMachine owns is not judged at all. Its VirtualMachine was; a denial
 * now would keep that from starting, with the reason in nobody's sight, and a warning would go to
 * virt-controller's log. Other instances are judged when they are created; nothing of theirs
 * changes later. Pure and thread-safe.
 */
public final class GuestChecks implements Reviewer {
  private final List<Check> checks;
  private final Policy policy;
  private final GuestMutation mutation;
  private final AtomicReference<Supply> lastSupply =
      new AtomicReference<>(new Supply(Map.of(), Map.of()));

  /**
   * The checks of guests that were injected into by these settings.
   *
   * @param releaseNamespace where the default licence is
   * @param clock tells which licences have expired
   */
  public GuestChecks(
      InjectionSettings injection, Policy policy, String releaseNamespace, InstantSource clock) {
    this.policy = policy;
    this.mutation = new GuestMutation(injection);
    this.checks =
        List.of(
            new ProfileCheck(),
            new PermittedCheck(),
            new QuantityCheck(),
            new MixedRequestCheck(),
            new LicenseCheck(releaseNamespace, clock),
            new RootDiskCheck(),
            new EvictionCheck(),
            new KubeVirtVersionCheck());
  }

  @Override
  public Decision decide(Review review, ClusterView view) {
    try {
      return judge(review, view);
    } catch (RefusedException e) {
      return new Decision.Denied(e.code(), e.reason(), e.problem());
    }
  }

  private Decision judge(Review review, ClusterView view) {
    GuestObject guest = GuestObject.of(review.kind(), review.object());
    Optional<GuestObject> old =
        review.oldObject().map(object -> GuestObject.of(review.kind(), object));
    if (isNotJudged(guest, old) || !isConcerned(guest, old, review, view)) {
      return unchanged(review);
    }
    if (!view.isReady()) {
      return new Decision.NotReady(view.missing());
    }
    if (HandsOff.isOptedOut(guest, review.namespace(), view)
        || HandsOff.isClusterApiWorker(guest)) {
      return unchanged(review);
    }
    List<Finding> findings = new ArrayList<>();
    if (policy.looksAt(Rule.INJECTION_MISSING)) {
      Decision mutated = mutation.decide(review, view);
      if (!(mutated instanceof Decision.Admitted admitted)) {
        return mutated; // It would have said so itself.
      }
      findings.addAll(InjectionCheck.of(review, admitted.object()));
    }
    findings.addAll(found(guest, old, review, view));
    findings.removeIf(finding -> !policy.looksAt(finding.rule()));
    return policy.decide(review, findings);
  }

  private static boolean isNotJudged(GuestObject guest, Optional<GuestObject> old) {
    boolean ofVirtualMachine = !guest.isVirtualMachine() && guest.isOwnedBy("VirtualMachine");
    boolean changedInstance = !guest.isVirtualMachine() && old.isPresent();
    return guest.isBeingDeleted()
        || ofVirtualMachine
        || changedInstance
        || old.map(JudgedPart::of).filter(JudgedPart.of(guest)::equals).isPresent();
  }

  private static boolean isConcerned(
      GuestObject guest, Optional<GuestObject> old, Review review, ClusterView view) {
    GpuRequestReader reader = new GpuRequestReader(view, review.namespace());
    boolean mayBring =
        !view.isReady()
            && guest.isVirtualMachine()
            && guest.peek(List.of("spec", "instancetype")).isObject();
    return reader.concerns(guest)
        || GuestMutation.pointsAtOurs(guest)
        || mayBring
        || old.filter(stored -> !stored.ownAnnotations().isEmpty()).isPresent();
  }

  /** What is found in the guest and was not in the stored one. */
  private List<Finding> found(
      GuestObject guest, Optional<GuestObject> old, Review review, ClusterView view) {
    Supply available = supply(view);
    String namespace = review.namespace();
    Optional<RefusedException> before = Optional.empty();
    List<Finding> standing = List.of();
    if (old.isPresent()) {
      try {
        standing = findings(Subject.of(old.get(), view, available, namespace, false));
      } catch (RefusedException e) {
        before = Optional.of(e);
      }
    }
    List<Finding> findings;
    try {
      findings = findings(Subject.of(guest, view, available, namespace, old.isEmpty()));
    } catch (RefusedException e) {
      if (before.filter(stored -> stored.problem().equals(e.problem())).isPresent()) {
        return List.of(); // It was stored like that already.
      }
      throw e;
    }
    List<Finding> brought = new ArrayList<>(findings);
    brought.removeAll(standing);
    return brought;
  }

  /** Nodes change seldom, and a large cluster has many: what was found out of them is kept. */
  private Supply supply(ClusterView view) {
    return lastSupply.updateAndGet(last -> last.isOf(view) ? last : Supply.of(view));
  }

  private List<Finding> findings(Subject subject) {
    return checks.stream().flatMap(check -> check.of(subject).stream()).distinct().toList();
  }

  private static Decision unchanged(Review review) {
    return Decision.Admitted.unchanged(review, List.of());
  }
}
