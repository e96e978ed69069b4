package io.vgpusteward.agent.report;

import io.vgpusteward.agent.config.Problem;
import io.vgpusteward.agent.report.Condition.Status;
import io.vgpusteward.agent.report.Condition.Topic;
import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.vgpu.Vf;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Says in one condition each how the node is, how its configuration is, and how its functions are
 * advertised.
 *
 * <p>A node that has nothing for this program to do is Ready all the same: what is said of it can
 * be relied on, and the reason says which kind of node it is. Not ready is only what could not be
 * read.
 */
final class Conditions {
  private final Map<Topic, Condition> before;
  private final Instant now;

  Conditions(List<Condition> before, Instant now) {
    this.before = before.stream().collect(Collectors.toMap(Condition::type, it -> it, (a, b) -> a));
    this.now = now;
  }

  List<Condition> of(Finding finding, List<GpuReport> gpus) {
    return List.of(
        ready(finding.host(), gpus),
        configValid(finding.problems()),
        condition(
            Topic.Advertised,
            Status.valueOf(finding.advertised().status().name()),
            finding.advertised().reason(),
            finding.advertised().message()));
  }

  private Condition ready(Host host, List<GpuReport> gpus) {
    if (!host.problems().isEmpty()) {
      return condition(Topic.Ready, Status.False, "CannotRead", Words.joined(host.problems()));
    }
    return switch (host.era()) {
      case NO_GPU -> ready("NoGpu", "this node has no NVIDIA GPU");
      case MEDIATED ->
          ready(
              "MediatedDevices",
              "vGPUs are mediated devices (mdev) on this node, and its GPUs are left alone");
      case SRIOV -> sriov(host, gpus);
    };
  }

  private Condition sriov(Host host, List<GpuReport> gpus) {
    if (gpus.stream().allMatch(GpuReport::isPassedThrough)) {
      return ready(
          "PassedThrough",
          Words.count(gpus.size(), "GPU") + ", each for one virtual machine whole (vfio-pci)");
    }
    if (gpus.stream().allMatch(gpu -> gpu.vfs().isEmpty())) {
      boolean none = host.gpus().stream().mapToInt(HostGpu::totalVfs).allMatch(most -> most == 0);
      return none
          ? ready(
              "NoSriov",
              "no GPU of this node can have virtual functions; this program gives profiles to"
                  + " virtual functions only")
          : ready(
              "NoVirtualFunctions",
              "no GPU of this node has virtual functions now; NVIDIA's vGPU manager makes them:"
                  + " sriov-manage -e ALL");
    }
    return ready("Ready", states(gpus));
  }

  private static String states(List<GpuReport> gpus) {
    Map<Vf.State, Long> states =
        gpus.stream()
            .flatMap(gpu -> gpu.vfs().stream())
            .collect(Collectors.groupingBy(VfReport::state, TreeMap::new, Collectors.counting()));
    int vfs = gpus.stream().mapToInt(gpu -> gpu.vfs().size()).sum();
    return "%s with %s: %s"
        .formatted(
            Words.count(gpus.size(), "GPU"),
            Words.count(vfs, "virtual function"),
            states.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", ")));
  }

  private Condition ready(String reason, String message) {
    return condition(Topic.Ready, Status.True, reason, message);
  }

  private Condition configValid(List<Problem> problems) {
    return problems.isEmpty()
        ? condition(
            Topic.ConfigValid, Status.True, "Valid", "every line of the configuration is followed")
        : condition(
            Topic.ConfigValid,
            Status.False,
            "BadLines",
            Words.joined(problems.stream().map(Problem::toString).toList()));
  }

  private Condition condition(Topic type, Status status, String reason, String message) {
    Instant since =
        Optional.ofNullable(before.get(type))
            .filter(condition -> condition.status() == status)
            .map(Condition::since)
            .orElse(now);
    return new Condition(type, status, reason, message, since);
  }
}
