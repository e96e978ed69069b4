package io.vgpusteward.webhook.check;

import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.policy.Finding;
import io.vgpusteward.webhook.policy.Rule;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether KubeVirt itself offers virtual functions with a vGPU profile: since 1.9 it does
 * (device-manager/nvidia.go); earlier ones say nothing, and the guest stays pending. Not judged
 * where the version is unknown, or another device plugin or mediated devices serve the resource.
 */
final class KubeVirtVersionCheck implements Check {
  private static final Pattern VERSION = Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4})(\\D.*)?");

  @Override
  public List<Finding> of(Subject subject) {
    Optional<String> version = subject.view().kubeVirt().flatMap(KubeVirt::version);
    return version.filter(KubeVirtVersionCheck::isOld).isPresent()
            && subject.resources().keySet().stream().anyMatch(name -> isInTree(subject, name))
        ? List.of(
            new Finding(
                Rule.KUBEVIRT_TOO_OLD,
                "KubeVirt "
                    + version.get()
                    + " offers no virtual functions of NVIDIA's driver, so it will wait for its"
                    + " vGPU; 1.9 does"))
        : List.of();
  }

  private static boolean isInTree(Subject subject, ResourceName resource) {
    return subject.permitted().entries().stream()
        .filter(entry -> entry.resource().equals(resource))
        .anyMatch(entry -> entry.kind() == PermittedDevice.Kind.PCI && !entry.external());
  }

  private static boolean isOld(String version) {
    Matcher parts = VERSION.matcher(version);
    if (!parts.matches()) {
      return false;
    }
    int major = Integer.parseInt(parts.group(1));
    return major < 1 || (major == 1 && Integer.parseInt(parts.group(2)) < 9);
  }
}
