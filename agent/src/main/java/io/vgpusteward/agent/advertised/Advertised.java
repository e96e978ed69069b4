package io.vgpusteward.agent.advertised;

import io.vgpusteward.agent.advertised.Cause.Kind;
import io.vgpusteward.agent.advertised.Diagnosis.Status;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.ResourceName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** Whether the kubelet gives out just the functions that carry something, and if not, why. */
public final class Advertised {
  /** By when virt-handler has looked and the kubelet knows, generously. */
  public static final Duration STARTUP = Duration.ofSeconds(30);

  private final Duration startup;

  /**
   * A diagnosis.
   *
   * @param startup for how long after its start virt-handler may not have told the kubelet what it
   *     offers, so that what is wrong meanwhile is nothing yet
   */
  public Advertised(Duration startup) {
    this.startup = startup;
  }

  /** What the scene comes to. */
  public Diagnosis of(Scene scene) {
    List<GpuFunction> all = GpuFunction.of(scene);
    List<GpuFunction> vgpus = all.stream().filter(GpuFunction::isCarrying).toList();
    List<Cause> causes = new ArrayList<>(unreadable(scene, all));
    scene
        .kubeVirt()
        .ifPresentOrElse(
            kubeVirt -> causes.addAll(served(scene, kubeVirt, all, vgpus)),
            () -> {
              if (!vgpus.isEmpty()) {
                causes.add(noKubeVirt(vgpus));
              }
            });
    causes.sort(Comparator.comparing(Cause::kind));
    return diagnosis(vgpus, causes);
  }

  private static Diagnosis diagnosis(List<GpuFunction> vgpus, List<Cause> causes) {
    Status status = causes.isEmpty() ? Status.True : causes.getFirst().kind().status();
    String well =
        vgpus.isEmpty()
            ? "no virtual function carries anything, and none is offered"
            : "just the " + vgpus.size() + " virtual functions that carry something are offered";
    String message = Words.join(causes, Cause::sentence);
    return status == Status.True
        ? new Diagnosis(
            status, "Advertised", message.isEmpty() ? well : well + "; " + message, causes)
        : new Diagnosis(status, causes.getFirst().kind().name(), message, causes);
  }

  private static List<Cause> unreadable(Scene scene, List<GpuFunction> all) {
    List<GpuFunction> unreadable =
        all.stream()
            .filter(one -> one.isUnreadable() || (one.isCarrying() && one.pciId().isEmpty()))
            .toList();
    List<String> what = new ArrayList<>();
    if (!unreadable.isEmpty()) {
      what.add("what " + Words.addresses(unreadable) + " is or carries cannot be read");
    }
    what.addAll(scene.host().problems());
    return what.isEmpty()
        ? List.of()
        : List.of(
            Causes.of(
                Kind.Unreadable,
                Optional.empty(),
                unreadable,
                Words.join(what, Function.identity()),
                "see this agent's log"));
  }

  private static Cause noKubeVirt(List<GpuFunction> vgpus) {
    return Causes.of(
        Kind.NoKubeVirt,
        Optional.empty(),
        vgpus,
        "there is no KubeVirt CR, so nobody offers " + Words.addresses(vgpus),
        "install KubeVirt");
  }

  private List<Cause> served(
      Scene scene, KubeVirtFacts kubeVirt, List<GpuFunction> all, List<GpuFunction> vgpus) {
    Serving serving = new Serving(kubeVirt.permitted());
    List<Cause> causes = new ArrayList<>();
    Map<PciId, List<GpuFunction>> unserved = new TreeMap<>(Comparator.comparing(PciId::value));
    for (GpuFunction vgpu : vgpus) {
      vgpu.pciId()
          .filter(id -> serving.owner(id).isEmpty())
          .ifPresent(id -> unserved.computeIfAbsent(id, key -> new ArrayList<>()).add(vgpu));
    }
    unserved.forEach(
        (id, functions) -> new Unserved(scene, serving).of(id, functions).ifPresent(causes::add));
    for (ResourceName resource : serving.resources()) {
      List<GpuFunction> whole = ownedBy(resource, serving, all, GpuFunction::isPassedThrough);
      Offer offer =
          Offer.of(
              resource, ownedBy(resource, serving, vgpus, GpuFunction::isCarrying), whole, scene);
      causes.addAll(new Absence(scene, startup).of(offer));
      causes.addAll(new Hardware(offer).causes());
    }
    if (!kubeVirt.allowsHostDevices() && !vgpus.isEmpty()) {
      causes.add(
          Causes.of(
              Kind.HostDevicesGateOff,
              Optional.empty(),
              List.of(),
              "KubeVirt's feature gate HostDevices is off, so virtual machines cannot ask for them in"
                  + " hostDevices",
              "ask in gpus, or add HostDevices to"
                  + " spec.configuration.developerConfiguration.featureGates of the KubeVirt CR"));
    }
    return causes;
  }

  private static List<GpuFunction> ownedBy(
      ResourceName resource,
      Serving serving,
      List<GpuFunction> functions,
      Predicate<GpuFunction> which) {
    return functions.stream()
        .filter(which)
        .filter(one -> one.pciId().flatMap(serving::owner).filter(resource::equals).isPresent())
        .toList();
  }
}
