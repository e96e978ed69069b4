package io.vgpusteward.webhook.guard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.permitted.Finding;
import io.vgpusteward.vgpu.permitted.Fix;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The fixes of a finding in words, with what is to be written in a form that YAML takes. */
final class FixText {
  private FixText() {}

  /** {@code "to fix: have … in pciHostDevices, or annotate …"}; empty without any fix. */
  static String of(Finding finding) {
    List<String> ways = new ArrayList<>();
    String entries =
        finding.fixes().stream()
            .filter(Fix.Entry.class::isInstance)
            .map(fix -> entry(((Fix.Entry) fix).device()))
            .collect(Collectors.joining(" and "));
    if (!entries.isEmpty()) {
      ways.add("have " + entries);
    }
    for (Fix fix : finding.fixes()) {
      switch (fix) {
        case Fix.Acknowledge acknowledge ->
            ways.add(
                "annotate the KubeVirt with "
                    + AllowedRemovals.annotation(List.of(acknowledge.name())));
        case Fix.Other other -> ways.add(other.sentence());
        case Fix.Entry entry -> {}
      }
    }
    return ways.isEmpty() ? "" : "to fix: " + String.join(", or ", ways);
  }

  /** One line that is JSON and YAML alike, and the list that it belongs in. */
  static String entry(PermittedDevice device) {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    switch (device.kind()) {
      case PCI -> entry.put("pciVendorSelector", device.selector());
      case MEDIATED -> entry.put("mdevNameSelector", device.selector());
      case USB -> {}
    }
    entry.put("resourceName", device.resource().value());
    if (device.kind() == PermittedDevice.Kind.USB && !device.selector().isEmpty()) {
      Pattern.compile(",")
          .splitAsStream(device.selector())
          .forEach(selector -> {
            int colon = selector.indexOf(':');
            entry
                .withArrayProperty("selectors")
                .addObject()
                .put("vendor", selector.substring(0, colon))
                .put("product", selector.substring(colon + 1));
          });
    }
    if (device.external()) {
      entry.put("externalResourceProvider", true);
    }
    return "- " + entry + " in " + device.kind().field();
  }
}
