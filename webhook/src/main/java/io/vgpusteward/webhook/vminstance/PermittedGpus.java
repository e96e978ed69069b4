package io.vgpusteward.webhook.vminstance;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The resources that KubeVirt lets virtual machines have, those that name a profile first. */
final class PermittedGpus {
  private static final int SHOWN = 12;

  private final PermittedDevices permitted;
  private final List<ResourceName> resources;

  PermittedGpus(ClusterView view) {
    permitted = view.permitted();
    resources =
        permitted.entries().stream()
            .map(PermittedDevice::resource)
            .filter(resource -> !resource.value().isEmpty())
            .distinct()
            .sorted(
                Comparator.comparing((ResourceName resource) -> resource.profile().isEmpty())
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
  }

  /** Whether a virtual machine may have it. */
  boolean contains(ResourceName resource) {
    return permitted.permits(resource);
  }

  /** Whether it stands for virtual functions, which mediated devices have none of. */
  boolean isServedByVfs(ResourceName resource) {
    return resources.contains(resource) && !permitted.isMediated(resource);
  }

  /** The resource that is named after the profile. */
  Optional<ResourceName> named(Profile profile) {
    return resources.stream()
        .filter(resource -> resource.profile().filter(profile::equals).isPresent())
        .findFirst();
  }

  /** The resource that somebody meant who left out who makes it: {@code L40S-24Q}. */
  Optional<ResourceName> meantBy(ResourceName written) {
    return resources.stream()
        .filter(resource -> resource.value().endsWith("/" + written.value().strip()))
        .findFirst();
  }

  /** {@code nvidia.com/A10-12Q, nvidia.com/L40S-24Q}, for messages. */
  String names() {
    return joined(resources.stream().map(ResourceName::value).toList());
  }

  /** {@code A10-12Q, L40S-24Q}, for messages. */
  String profiles() {
    return joined(
        resources.stream()
            .flatMap(r -> r.profile().stream())
            .map(Profile::name)
            .distinct()
            .toList());
  }

  private static String joined(Collection<String> names) {
    return names.isEmpty()
        ? "none"
        : names.stream().limit(SHOWN).collect(Collectors.joining(", "))
            + (names.size() > SHOWN ? ", …" : "");
  }
}
