package io.vgpusteward.webhook.vminstance;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.guest.GpuRequest;
import io.vgpusteward.webhook.guest.GpuRequestReader;
import io.vgpusteward.webhook.guest.HandsOff;
import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.RefusedException;
import io.vgpusteward.webhook.review.Review;
import io.vgpusteward.webhook.review.Reviewer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides what a VMInstance is to be stored as: the GPUs that its annotation asks for are listed in
 * {@code spec.gpus}, the one place that its chart reads, and taken out again when the annotation
 * goes or asks for others. The user's own GPUs stay; those of the same resource count for the
 * annotation, as in a virtual machine.
 *
 * <p>Licence and placement reach the guest through the VirtualMachine that the chart renders: what
 * stands in a VMInstance is visible to its tenant, and its annotations stay behind. A profile
 * without a resource of its name is not injected; {@link VmInstanceChecks} says so. Pure and
 * thread-safe.
 */
public final class VmInstanceMutation implements Reviewer {
  @Override
  public Decision decide(Review review, ClusterView view) {
    try {
      return mutate(review, view);
    } catch (RefusedException e) {
      return new Decision.Denied(e.code(), e.reason(), e.problem());
    }
  }

  private static Decision mutate(Review review, ClusterView view) {
    VmInstance instance = new VmInstance(review.object().deepCopy());
    Optional<VmInstance> old = review.oldObject().map(VmInstance::new);
    if (!VgpuPart.isTouched(instance, old) || !isAnnotated(instance, old)) {
      return Decision.Admitted.unchanged(review, List.of());
    }
    if (!view.isReady()) {
      return new Decision.NotReady(view.missing());
    }
    if (HandsOff.isOptedOut(instance.guest(), review.namespace(), view)) {
      return Decision.Admitted.unchanged(review, List.of());
    }
    GpuRequest request;
    try {
      request =
          new GpuRequestReader(view, review.namespace()).read(instance.guest(), Optional.empty());
    } catch (RefusedException e) {
      if (old.isEmpty() || VgpuPart.asksOtherwise(instance, old.get())) {
        throw e;
      }
      return Decision.Admitted.unchanged(review, List.of(e.problem())); // It was stored like that.
    }
    Optional<ResourceName> resource = request.profile().flatMap(new PermittedGpus(view)::named);
    return injected(review, instance, recorded(instance, old), resource, request);
  }

  private static boolean isAnnotated(VmInstance instance, Optional<VmInstance> old) {
    return !instance.guest().ownAnnotations().isEmpty()
        || old.filter(stored -> !stored.guest().ownAnnotations().isEmpty()).isPresent();
  }

  /**
   * What of the list was injected before. A client that drops the record without writing the list
   * leaves ours in it; one that writes both means all of the list.
   */
  private static Optional<InjectedGpus> recorded(VmInstance instance, Optional<VmInstance> old) {
    return recordOf(instance)
        .or(() ->
            old.filter(stored -> stored.written().equals(instance.written()))
                .flatMap(VmInstanceMutation::recordOf));
  }

  private static Optional<InjectedGpus> recordOf(VmInstance instance) {
    return instance.guest().annotation(Keys.INJECTED).flatMap(InjectedGpus::parse);
  }

  private static Decision injected(
      Review review,
      VmInstance instance,
      Optional<InjectedGpus> before,
      Optional<ResourceName> resource,
      GpuRequest request) {
    List<String> warnings = new ArrayList<>();
    if (request.license()) {
      warnings.add(
          GpuRequestReader.field(Keys.LICENSE)
              + ": a VMInstance's annotations do not reach its virtual machine; this one asks for"
              + " nothing");
    }
    Optional<InjectedGpus> after = Optional.empty();
    if (before.isPresent() || resource.isPresent()) {
      List<ResourceName> listed = instance.gpus();
      int ours = before.map(record -> record.among(listed)).orElse(0);
      after = resource.flatMap(name -> wanted(name, request.count(), listed, before));
      exchange(instance, before, ours, after);
      if (ours > 0 && request.profile().isEmpty()) {
        warnings.add(takenOut(before.get().resource()));
      }
    }
    after.ifPresentOrElse(
        record -> instance.guest().setAnnotation(Keys.INJECTED, record.format()),
        () -> instance.guest().removeAnnotation(Keys.INJECTED));
    boolean changed = !instance.guest().tree().root().equals(review.object());
    return new Decision.Admitted(
        changed ? instance.guest().tree().root() : review.object(),
        changed,
        warnings,
        after
            .map(record -> Map.of("gpus", record.resource() + "=" + record.count()))
            .orElse(Map.of()));
  }

  /** What is to be injected: as many as the user's own leave open. */
  private static Optional<InjectedGpus> wanted(
      ResourceName resource, int count, List<ResourceName> listed, Optional<InjectedGpus> before) {
    int ours =
        before
            .filter(record -> record.resource().equals(resource))
            .map(record -> record.among(listed))
            .orElse(0);
    int open = count - (Collections.frequency(listed, resource) - ours);
    return open > 0 ? Optional.of(new InjectedGpus(resource, open)) : Optional.empty();
  }

  /** Takes out what is to be there no more, and adds what is missing; the rest keeps its place. */
  private static void exchange(
      VmInstance instance, Optional<InjectedGpus> before, int ours, Optional<InjectedGpus> after) {
    int kept =
        before
            .flatMap(earlier -> after.filter(later -> later.resource().equals(earlier.resource())))
            .map(later -> Math.min(ours, later.count()))
            .orElse(0);
    if (ours > kept) {
      instance.remove(before.orElseThrow().resource(), ours - kept);
    }
    after.ifPresent(record -> instance.add(record.resource(), record.count() - kept));
  }

  private static String takenOut(ResourceName resource) {
    return "spec.gpus: took out "
        + resource
        + ", which the annotation "
        + Keys.PROFILE
        + " had brought; apply again if your manifest lists it itself";
  }
}
