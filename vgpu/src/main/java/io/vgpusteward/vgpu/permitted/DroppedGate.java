package io.vgpusteward.vgpu.permitted;

import java.util.List;
import java.util.stream.Stream;

/**
 * The feature gate {@code HostDevices}, without which KubeVirt refuses at admission whatever has
 * {@code hostDevices} (vmi-create-admitter.go). Only {@code featureGates} has it on: it is alpha in
 * v1.9, and {@code disabledFeatureGates} is for those that are on by default.
 */
final class DroppedGate {
  private static final String GATE = "HostDevices";
  private static final String FIELD = "spec.configuration.developerConfiguration.featureGates";

  private DroppedGate() {}

  static Stream<Finding> judge(Comparison change) {
    boolean dropped = change.isNew() || change.before().state().hostDevicesGate();
    List<String> users = change.uses().ofHostDevices();
    if (!dropped
        || change.after().state().hostDevicesGate()
        || (users.isEmpty() && (change.isNew() || change.knowsUses()))) {
      return Stream.empty();
    }
    return Stream.of(
        new Finding(
            Rule.GATE_DROPPED,
            change.isNew() ? Severity.WARN : change.removal(GATE, users),
            FIELD,
            "without the gate HostDevices KubeVirt refuses what has hostDevices, at its next start"
                + change.unlessKnown(),
            users,
            change.isNew()
                ? List.of(new Fix.Other("have HostDevices in the list"))
                : List.of(
                    new Fix.Other("put HostDevices back into the list"),
                    new Fix.Acknowledge(GATE))));
  }
}
