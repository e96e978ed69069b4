package io.vgpusteward.vgpu.permitted;

import io.vgpusteward.vgpu.PermittedDevice;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Entries that can work for nobody; KubeVirt takes any string. */
final class MalformedEntries {
  private MalformedEntries() {}

  static Stream<Finding> judge(Comparison change) {
    return change.after().entries().stream()
        .filter(entry -> !change.before().has(entry.device()))
        .flatMap(entry -> Stream.of(resource(entry), selector(entry)).flatMap(Optional::stream));
  }

  private static Optional<Finding> resource(Entry entry) {
    if (ExtendedResource.isValid(entry.resource())) {
      return Optional.empty();
    }
    return Optional.of(
        finding(
            entry.field() + ".resourceName",
            Severity.DENY_UNLESS_TRUSTED,
            "\"" + entry.resource() + "\" is no name of an extended resource",
            "name it <domain>/<name>, such as nvidia.com/L40S-24Q: the domain in lower case and"
                + " not Kubernetes' own, the name up to 63 letters, digits, '-', '_' and '.'"));
  }

  private static Optional<Finding> selector(Entry entry) {
    PermittedDevice device = entry.device();
    if (entry.selector().isPresent()) {
      return Optional.empty();
    }
    return switch (device.kind()) {
      case PCI ->
          Optional.of(
              unselecting(
                  entry,
                  "pciVendorSelector",
                  "write vendor:device in hexadecimal without spaces, such as 10DE:26B9"));
      case MEDIATED ->
          Optional.of(
              unselecting(
                  entry, "mdevNameSelector", "write the name of the type, such as NVIDIA A10-12Q"));
      case USB -> usb(entry);
    };
  }

  private static Optional<Finding> usb(Entry entry) {
    if (entry.device().selector().isEmpty()) {
      // discoverAllowedUSBDevices finds "all of nothing" for ever.
      return entry.isInTree()
          ? Optional.of(
              finding(
                  entry.field() + ".selectors",
                  Severity.DENY,
                  "an entry without selectors makes virt-handler search for ever on every node",
                  "name at least one vendor and product"))
          : Optional.empty();
    }
    return Optional.of(
        unselecting(
            entry, "selectors", "write vendor and product in hexadecimal, such as 046d and c52b"));
  }

  /** KubeVirt does not look at the selector of what it does not serve. */
  private static Finding unselecting(Entry entry, String field, String fix) {
    return finding(
        entry.field() + "." + field,
        entry.isInTree() ? Severity.DENY_UNLESS_TRUSTED : Severity.WARN,
        "\"" + entry.device().selector() + "\" selects no device",
        fix);
  }

  private static Finding finding(String field, Severity severity, String problem, String fix) {
    return new Finding(
        Rule.MALFORMED, severity, field, problem, List.of(), List.of(new Fix.Other(fix)));
  }
}
