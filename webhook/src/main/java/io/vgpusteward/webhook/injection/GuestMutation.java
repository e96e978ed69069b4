package io.vgpusteward.webhook.injection;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Instancetype;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.guest.GpuRequest;
import io.vgpusteward.webhook.guest.GpuRequestReader;
import io.vgpusteward.webhook.guest.GuestObject;
import io.vgpusteward.webhook.guest.HandsOff;
import io.vgpusteward.webhook.guest.Injected;
import io.vgpusteward.webhook.guest.Injected.CloudInit;
import io.vgpusteward.webhook.guest.InstancetypeLookup;
import io.vgpusteward.webhook.guest.JsonTree;
import io.vgpusteward.webhook.guest.SecretNames;
import io.vgpusteward.webhook.guest.WindowsGuest;
import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.RefusedException;
import io.vgpusteward.webhook.review.Review;
import io.vgpusteward.webhook.review.Review.Operation;
import io.vgpusteward.webhook.review.Reviewer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Decides what a VirtualMachine, or a VirtualMachineInstance without one, is to be stored as.
 *
 * <p>On CREATE it answers the request of the guest. On UPDATE it acts only where the client changed
 * {@code spec.template} or our annotations, and then puts back what the update lost and answers
 * what it asks anew: every other update, a snapshot's finalizer above all, must pass untouched
 * (KubeVirt refuses volumes that change beside it, vm-storage-status.go). Pure and thread-safe.
 */
public final class GuestMutation implements Reviewer {
  private static final String VM_KIND = "VirtualMachine";

  /** KubeVirt's annotation on the template that carries an Ignition configuration. */
  private static final String IGNITION = "kubevirt.io/ignitiondata";

  private final InjectionSettings settings;

  public GuestMutation(InjectionSettings settings) {
    this.settings = settings;
  }

  /** Whether a cloud-init volume of the guest takes its user data from a Secret of ours. */
  public static boolean pointsAtOurs(GuestObject guest) {
    return CloudInitInjection.pointsAtOurs(guest);
  }

  @Override
  public Decision decide(Review review, ClusterView view) {
    try {
      return mutate(review, view);
    } catch (RefusedException e) {
      return new Decision.Denied(e.code(), e.reason(), e.problem());
    }
  }

  private Decision mutate(Review review, ClusterView view) {
    GuestObject guest = GuestObject.of(review.kind(), review.object().deepCopy());
    Optional<GuestObject> old =
        review.oldObject().map(object -> GuestObject.of(review.kind(), object));
    if (isNotOurs(guest, review) || !isTouched(guest, old)) {
      return unchanged(review, List.of());
    }
    GpuRequestReader reader = new GpuRequestReader(view, review.namespace());
    boolean concerns = reader.concerns(guest) || CloudInitInjection.pointsAtOurs(guest);
    boolean concerned = old.filter(stored -> !stored.ownAnnotations().isEmpty()).isPresent();
    if (!view.isReady() && (concerns || concerned || namesInstancetype(guest))) {
      return new Decision.NotReady(view.missing());
    }
    if (!concerns && !concerned) {
      return unchanged(review, List.of());
    }
    if (HandsOff.isOptedOut(guest, review.namespace(), view)) {
      return unchanged(review, List.of());
    }
    if (HandsOff.isClusterApiWorker(guest)) {
      return unchanged(
          review,
          List.of("left as it is: nodes of Cluster API clusters get no licence and no placement"));
    }
    return new Mutation(review, view, reader, guest, old).run();
  }

  private static boolean isNotOurs(GuestObject guest, Review review) {
    boolean instance = !guest.isVirtualMachine();
    return guest.isBeingDeleted()
        || (instance && guest.isOwnedBy(VM_KIND))
        || (instance && review.operation() == Operation.UPDATE);
  }

  private static boolean isTouched(GuestObject guest, Optional<GuestObject> old) {
    return old.isEmpty()
        || !old.get().ownAnnotations().equals(guest.ownAnnotations())
        || !Objects.equals(template(old.get()), template(guest));
  }

  private static JsonNode template(GuestObject guest) {
    return guest.tree().root().path("spec").path("template");
  }

  private static boolean namesInstancetype(GuestObject guest) {
    return guest.isVirtualMachine() && guest.tree().root().path("spec").has("instancetype");
  }

  private static Decision unchanged(Review review, List<String> warnings) {
    return Decision.Admitted.unchanged(review, warnings);
  }

  /** One run over one guest that concerns us. */
  private final class Mutation {
    private final Review review;
    private final ClusterView view;
    private final GpuRequestReader reader;
    private final GuestObject guest;
    private final Optional<GuestObject> old;
    private final List<String> warnings = new ArrayList<>();

    Mutation(
        Review review,
        ClusterView view,
        GpuRequestReader reader,
        GuestObject guest,
        Optional<GuestObject> old) {
      this.review = review;
      this.view = view;
      this.reader = reader;
      this.guest = guest;
      this.old = old;
    }

    Decision run() {
      Optional<Injected> before = recorded();
      boolean adopt = takeAdopt();
      GpuRequest request;
      try {
        request = reader.read(guest, before);
      } catch (RefusedException e) {
        if (old.isEmpty() || asksOtherwiseThan(old.get())) {
          throw e;
        }
        return unchanged(review, List.of(e.problem())); // It was stored like that already.
      }
      if (before.isEmpty()
          && old.isPresent()
          && !adopt
          && !bringsPointer(old.get())
          && !asksAnew(request, old.get())) {
        return unchanged(review, request.hasVgpu() ? List.of(olderThanUs()) : List.of());
      }
      if (adopt && request.isEmpty()) {
        warnings.add("there is nothing to adopt: it asks for no vGPU");
      }
      warnOfMisplacedProfile();
      if (reader.hasDraDevices(guest)) {
        warnings.add(
            "devices without a deviceName (DRA) are left as they are: no licence for them");
      }
      Injected after = answer(request, before, adopt);
      DeviceInjection.apply(guest, before, after);
      NodeAffinityInjection.apply(guest, before, after);
      PodInjection.apply(guest, before, after);
      after = cloudInit(request, before, after);
      if (request.isEmpty() && after.isEmpty()) {
        guest.removeAnnotation(Keys.INJECTED);
      } else {
        guest.setAnnotation(Keys.INJECTED, after.format());
      }
      boolean changed = !guest.tree().root().equals(review.object());
      return new Decision.Admitted(
          changed ? guest.tree().root() : review.object(), changed, warnings, audit(after));
    }

    /**
     * The guest's own record describes what is in it; a client that replaces annotations drops it,
     * and then the stored guest's says what was lost.
     */
    private Optional<Injected> recorded() {
      Optional<Injected> stored = old.flatMap(this::recordOf);
      Optional<Injected> own = recordOf(guest);
      if (own.isEmpty() && stored.isEmpty() && guest.annotation(Keys.INJECTED).isPresent()) {
        throw RefusedException.invalid(
            GpuRequestReader.field(Keys.INJECTED),
            "is not a record of what was injected; it is written by vgpu-steward, remove it");
      }
      return own.or(() -> stored);
    }

    private Optional<Injected> recordOf(GuestObject from) {
      try {
        return from.annotation(Keys.INJECTED).map(Injected::parse);
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }

    private boolean asksOtherwiseThan(GuestObject stored) {
      return List.of(Keys.PROFILE, Keys.COUNT, Keys.LICENSE).stream()
          .anyMatch(key ->
              !Objects.equals(stored.ownAnnotations().get(key), guest.ownAnnotations().get(key)));
    }

    /**
     * Whether a pointer at a Secret of ours came with the update, as a restored snapshot has it.
     */
    private boolean bringsPointer(GuestObject stored) {
      return CloudInitInjection.pointsAtOurs(guest) && !CloudInitInjection.pointsAtOurs(stored);
    }

    private boolean asksAnew(GpuRequest request, GuestObject stored) {
      try {
        return request.asksAnew(reader.read(stored, Optional.empty()));
      } catch (RefusedException e) {
        return true; // What is stored was never understood, so anything understood now is new.
      }
    }

    /** Takes out the annotation that asks for adoption; whether it was there. */
    private boolean takeAdopt() {
      Optional<String> value = guest.annotation(Keys.ADOPT);
      if (value.isPresent() && !value.get().equals("true")) {
        throw RefusedException.invalid(
            GpuRequestReader.field(Keys.ADOPT), "must be \"true\", or be left out");
      }
      guest.removeAnnotation(Keys.ADOPT);
      return value.isPresent();
    }

    /**
     * For the same request the same answer as before, whatever the settings are by now, unless the
     * owner wants it anew.
     */
    private Injected answer(GpuRequest request, Optional<Injected> before, boolean anew) {
      boolean sameRequest =
          review.operation() == Operation.UPDATE
              && !anew
              && before.filter(b -> b.request().equals(request.canonical())).isPresent();
      if (sameRequest) {
        return before.get().withDevices(DeviceInjection.renamed(guest, before.get()));
      }
      Optional<Instancetype> instancetype = reader.instancetype(guest);
      Injected planned = new InjectionPlan(settings, view).of(guest, request, instancetype, before);
      boolean staysReleased =
          review.operation() == Operation.UPDATE
              && !anew
              && before.filter(Injected::released).isPresent();
      return staysReleased && request.hasVgpu() ? planned.withoutPlacement() : planned;
    }

    private Injected cloudInit(GpuRequest request, Optional<Injected> before, Injected after) {
      Optional<CloudInit> earlier = before.flatMap(Injected::cloudInit);
      CloudInitInjection injection =
          new CloudInitInjection(guest, old, earlier, secret(earlier), warnings);
      if (request.isEmpty()) {
        return after.withCloudInit(Optional.empty(), injection.retract());
      }
      if (WindowsGuest.is(guest, new InstancetypeLookup(view, review.namespace()))) {
        warnings.add("no licence: a Windows guest does not take it from cloud-init");
        return after.withCloudInit(Optional.empty(), injection.retract());
      }
      if (guest.peek(guest.podAnnotations()).has(IGNITION)) {
        warnings.add("no licence: Ignition does not take it from cloud-init");
        return after.withCloudInit(Optional.empty(), injection.retract());
      }
      boolean mayAdd = review.operation() == Operation.CREATE || request.license();
      Optional<CloudInit> pointer = injection.inject(mayAdd);
      return after.withCloudInit(pointer.map(p -> request.licenseKind()), pointer);
    }

    /** A guest keeps its Secret; a record that a client brings may be another guest's. */
    private String secret(Optional<CloudInit> earlier) {
      Optional<String> stored =
          old.flatMap(this::recordOf).flatMap(Injected::cloudInit).map(CloudInit::secret);
      String recorded = earlier.map(CloudInit::secret).orElse("");
      return stored
          .filter(SecretNames::isOurs)
          .orElseGet(() -> SecretNames.forReview(guest, review, recorded, view));
    }

    private void warnOfMisplacedProfile() {
      if (guest.isVirtualMachine()
          && guest.annotation(Keys.PROFILE).isEmpty()
          && guest.tree().text(JsonTree.child(guest.podAnnotations(), Keys.PROFILE)).isPresent()
          && old.isEmpty()) {
        warnings.add(
            "spec.template.metadata.annotations["
                + Keys.PROFILE
                + "] asks for nothing; put it into the VirtualMachine's own metadata");
      }
    }

    private String olderThanUs() {
      return "left as it is: this virtual machine is older than vgpu-steward; have its licence and"
          + " placement managed by 'vgpu-steward adopt', or by the annotation "
          + Keys.LICENSE
          + ": \"true\", which also adds a cloud-init volume where there is none";
    }

    private Map<String, String> audit(Injected after) {
      Map<String, String> audit = new TreeMap<>();
      audit.put("request", after.request());
      if (!after.devices().isEmpty()) {
        audit.put("devices", after.deviceField() + " " + String.join(",", after.deviceNames()));
      }
      if (!after.affinity().isEmpty()) {
        audit.put("affinity", String.join(",", after.affinity()));
      }
      if (after.framebufferGib() > 0) {
        audit.put("framebuffer-gib", Integer.toString(after.framebufferGib()));
      }
      after.cloudInit().ifPresent(pointer -> audit.put("secret", pointer.secret()));
      after.license().ifPresent(kind -> audit.put("license", kind.text()));
      return audit;
    }
  }
}
