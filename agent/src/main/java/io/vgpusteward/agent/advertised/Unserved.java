package io.vgpusteward.agent.advertised;

import io.vgpusteward.agent.advertised.Cause.Kind;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Why KubeVirt serves nothing from a card that has vGPUs. */
record Unserved(Scene scene, Serving serving) {
  private static final String LIST =
      "spec.configuration.permittedHostDevices.pciHostDevices of the KubeVirt CR";

  /** Empty where another device plugin offers all of them, as the list says. */
  Optional<Cause> of(PciId id, List<GpuFunction> vgpus) {
    Set<ResourceName> external = serving.external(id);
    if (!external.isEmpty()) {
      return external(vgpus, external);
    }
    Set<Profile> carried =
        vgpus.stream()
            .flatMap(one -> Optional.ofNullable(scene.carried().get(one.busId())).stream())
            .collect(Collectors.toSet());
    return Optional.of(
        serving
            .misdirected(id, carried)
            .map(entry -> selector(id, vgpus, entry))
            .orElseGet(() -> notPermitted(id, vgpus, carried)));
  }

  private Optional<Cause> external(List<GpuFunction> vgpus, Set<ResourceName> resources) {
    int offered = resources.stream().mapToInt(this::offered).sum();
    if (offered == vgpus.size()) {
      return Optional.empty();
    }
    ResourceName resource = resources.iterator().next();
    return Optional.of(
        Causes.of(
            Kind.ExternalProvider,
            resource,
            vgpus,
            "the entry of "
                + resource
                + " says externalResourceProvider, so KubeVirt leaves "
                + Words.addresses(vgpus)
                + " to another device plugin, which offers "
                + offered
                + " of "
                + vgpus.size(),
            "take externalResourceProvider from the entry in "
                + LIST
                + ", or see that plugin's log"));
  }

  private int offered(ResourceName resource) {
    return scene
        .devices()
        .map(all -> all.getOrDefault(resource, Set.of()).size())
        .orElseGet(() -> scene.allocatable().getOrDefault(resource, 0));
  }

  private static Cause selector(PciId id, List<GpuFunction> vgpus, PermittedDevice entry) {
    return Causes.of(
        Kind.SelectorWrong,
        entry.resource(),
        vgpus,
        "the entry of "
            + entry.resource()
            + " selects \""
            + entry.selector()
            + "\", and the card of "
            + Words.addresses(vgpus)
            + " is "
            + id,
        "set its pciVendorSelector to \"" + id + "\" in " + LIST);
  }

  private static Cause notPermitted(PciId id, List<GpuFunction> vgpus, Set<Profile> carried) {
    String name =
        carried.stream().sorted().findFirst().map(one -> "nvidia.com/" + one).orElse("a name");
    return Causes.of(
        Kind.NotPermitted,
        Optional.empty(),
        vgpus,
        "no entry of the permitted list selects "
            + id
            + ", so KubeVirt does not offer "
            + Words.addresses(vgpus),
        "add one with pciVendorSelector \"" + id + "\" and resourceName " + name + " to " + LIST);
  }
}
