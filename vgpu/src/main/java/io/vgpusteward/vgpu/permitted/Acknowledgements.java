package io.vgpusteward.vgpu.permitted;

import io.vgpusteward.vgpu.ResourceName;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What is acknowledged from now on and removed by nobody yet, or is nothing. */
final class Acknowledgements {
  private static final String GATE = "HostDevices";

  private Acknowledgements() {}

  static Stream<Finding> judge(Comparison change) {
    return new TreeSet<>(change.after().state().acknowledged())
        .stream()
            .filter(name -> !change.before().state().acknowledged().contains(name))
            .flatMap(name -> problem(change, name).stream());
  }

  private static Optional<Finding> problem(Comparison change, String name) {
    ResourceName resource = new ResourceName(name);
    if (change.after().names().contains(resource)
        || (name.equals(GATE) && change.after().state().hostDevicesGate())) {
      return Optional.of(
          finding(
              "from now on anybody may remove " + name,
              "take the annotation out again once it is removed"));
    }
    return name.equals(GATE) || change.before().names().contains(resource)
        ? Optional.empty()
        : Optional.of(
            finding(
                "there is no " + name + " to remove",
                "write names exactly as in resourceName, with commas between them"));
  }

  private static Finding finding(String problem, String fix) {
    return new Finding(
        Rule.ACKNOWLEDGEMENT,
        Severity.WARN,
        "metadata.annotations",
        problem,
        List.of(),
        List.of(new Fix.Other(fix)));
  }
}
