package io.vgpusteward.extender.explain;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.extender.explain.NextStep.Word;
import io.vgpusteward.vgpu.Board;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.placement.VgpuRequest;
import java.util.Optional;

/** The step that helps whatever the nodes have, where there is one. */
final class GuestStep {
  private GuestStep() {}

  static Optional<NextStep> of(Subject subject, Asked asked, ClusterView view) {
    if (view.kubeVirt().isEmpty()) {
      return step(
          Word.NO_KUBEVIRT,
          "there is no KubeVirt object in the cluster, so nothing serves devices: install KubeVirt,"
              + " or make its KubeVirt object");
    }
    VgpuRequest request = asked.request();
    if (request.isEmpty() && asked.annotated().isEmpty()) {
      return step(
          Word.NO_VGPU,
          "it asks for no vGPU: set the annotation "
              + Keys.PROFILE
              + " on the VirtualMachine where it should have one");
    }
    return notPermitted(asked, view.permitted())
        .or(() -> asked.lacksDevices() ? notInjected(subject, view) : Optional.empty())
        .or(() ->
            request
                .unanswerable()
                .flatMap(why ->
                    step(
                        Word.NOT_ANSWERABLE,
                        why + ": correct the annotation " + Keys.PROFILE + " and restart it")));
  }

  private static Optional<NextStep> notPermitted(Asked asked, PermittedDevices permitted) {
    Optional<Profile> unknown =
        asked.annotated().filter(profile -> permitted.resourceFor(profile).isEmpty());
    if (unknown.isPresent()
        && asked.request().resources().values().stream()
            .noneMatch(wanted -> wanted.profile().equals(unknown))) {
      return Optional.of(notPermitted("nvidia.com/" + unknown.get(), unknown));
    }
    return asked.request().resources().keySet().stream()
        .filter(resource -> !isListed(resource, permitted))
        .findFirst()
        .map(resource -> notPermitted(resource.value(), resource.profile()));
  }

  /** Where there is no list at all, KubeVirt refuses no device and serves none. */
  private static boolean isListed(ResourceName resource, PermittedDevices permitted) {
    return permitted.entries().stream().anyMatch(entry -> entry.resource().equals(resource));
  }

  private static NextStep notPermitted(String resource, Optional<Profile> profile) {
    String selector =
        profile
            .flatMap(
                one -> Board.pciIds(one.board()).stream().map(PciId::toString).sorted().findFirst())
            .map(id -> " with pciVendorSelector \"" + id + "\"")
            .orElse("");
    return new NextStep(
        Word.NOT_PERMITTED,
        "",
        Word.NOT_PERMITTED.label() + " " + resource,
        "add "
            + resource
            + selector
            + " to spec.configuration.permittedHostDevices.pciHostDevices of the KubeVirt object:"
            + " KubeVirt serves no such device now");
  }

  private static Optional<NextStep> notInjected(Subject subject, ClusterView view) {
    Guest guest = subject.guest().orElseThrow();
    GuestKey key = guest.key();
    String asks = "it asks for a vGPU by annotation and was not given its devices";
    if (guest.optedOut()) {
      return step(
          Word.NOT_INJECTED,
          asks + ": take its label " + Keys.INJECT + "=false away, and set the annotation again");
    }
    if ("false".equals(view.namespaceLabels(key.namespace()).get(Keys.INJECT))) {
      return step(
          Word.NOT_INJECTED,
          asks
              + ", since namespace "
              + key.namespace()
              + " has the label "
              + Keys.INJECT
              + "=false: list the devices in the VirtualMachine itself");
    }
    return step(
        Word.NOT_INJECTED,
        key.kind() == GuestKey.Kind.VirtualMachine
            ? asks + ": vgpu-steward adopt " + key.namespace() + "/" + key.name()
            : asks + ": delete it and create it again while the webhook runs");
  }

  private static Optional<NextStep> step(Word word, String text) {
    return Optional.of(NextStep.of(word, text));
  }
}
