package io.vgpusteward.webhook.check;

import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.guest.GuestObject;
import io.vgpusteward.webhook.policy.Finding;
import io.vgpusteward.webhook.policy.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether KubeVirt lets the guest have its devices: virt-controller looks only when it makes the
 * pod, and then the guest never starts (renderresources.go, validatePermittedHostDevices).
 *
 * <p>Of a guest that asks for a vGPU all devices are judged, since one of them is enough to keep it
 * from starting. Where the KubeVirt CR permits nothing at all nothing is judged: without {@code
 * permittedHostDevices} KubeVirt does not look either.
 */
final class PermittedCheck implements Check {
  private static final int SHOWN = 12;

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> findings = new ArrayList<>();
    if (subject.view().kubeVirt().isEmpty() || !subject.request().hasVgpu()) {
      return findings;
    }
    List<PermittedDevice> entries = subject.permitted().entries();
    Set<ResourceName> permitted =
        entries.stream().map(PermittedDevice::resource).collect(Collectors.toSet());
    subject.devices().stream()
        .filter(device -> !permitted.isEmpty() && !permitted.contains(device.resource()))
        .distinct()
        .forEach(device ->
            findings.add(
                new Finding(
                    Rule.DEVICE_NOT_PERMITTED,
                    device.field()
                        + ": "
                        + device.resource()
                        + " is not in KubeVirt's permittedHostDevices; ask the cluster's operator"
                        + " to add it, or name one of "
                        + names(permitted))));
    if (!subject.view().kubeVirt().get().allowsHostDevices() && hasHostDevices(subject)) {
      findings.add(
          new Finding(
              Rule.DEVICE_NOT_PERMITTED,
              "hostDevices: KubeVirt's feature gate "
                  + KubeVirt.HOST_DEVICES_GATE
                  + " is off, and it refuses them; list the devices under gpus, or ask the"
                  + " cluster's operator for the gate"));
    }
    return findings;
  }

  private static boolean hasHostDevices(Subject subject) {
    return subject.devices().stream()
        .anyMatch(device -> device.field().endsWith(GuestObject.HOST_DEVICES));
  }

  /** Those that name a profile first: they are what is looked for. */
  private static String names(Set<ResourceName> permitted) {
    String names =
        permitted.stream()
            .sorted((one, other) -> {
              int byProfile = Boolean.compare(one.profile().isEmpty(), other.profile().isEmpty());
              return byProfile != 0 ? byProfile : one.compareTo(other);
            })
            .limit(SHOWN)
            .map(ResourceName::value)
            .collect(Collectors.joining(", "));
    return names + (permitted.size() > SHOWN ? ", …" : "");
  }
}
