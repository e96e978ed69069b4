package io.vgpusteward.agent.config;

import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.agent.sysfs.HostVf;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the lines that are about nothing on the node. */
final class Unmatched {
  private Unmatched() {}

  /** What is wrong with the line on this host; empty where it is about something. */
  static Optional<String> fix(Line line, Host host, Map<String, Set<String>> boards) {
    return switch (line.selector()) {
      case Selector.Function function -> function(function.busId(), host.gpus());
      case Selector.OfGpu gpu -> gpu(gpu.busId(), host.gpus());
      case Selector.OfBoard board ->
          host.gpus().stream()
                  .anyMatch(gpu ->
                      NodeProfiles.isOf(board, gpu, boards.getOrDefault(gpu.busId(), Set.of())))
              ? Optional.empty()
              : Optional.of(
                  "no GPU of this node has profiles of board "
                      + board
                      + "; remove the line or"
                      + " correct the board");
    };
  }

  private static Optional<String> function(String busId, List<HostGpu> gpus) {
    if (has(gpus, busId)) {
      return Optional.empty();
    }
    if (gpus.stream().anyMatch(gpu -> gpu.busId().equals(busId))) {
      return Optional.of(
          busId
              + " is a whole GPU, which carries no profile itself; write "
              + busId
              + "/* for its virtual functions");
    }
    return Optional.of(
        "this node has no virtual function "
            + busId
            + " now; correct the address, or see that"
            + " sriov-manage has made it");
  }

  private static Optional<String> gpu(String busId, List<HostGpu> gpus) {
    if (gpus.stream().anyMatch(gpu -> gpu.busId().equals(busId))) {
      return Optional.empty();
    }
    return Optional.of(
        has(gpus, busId)
            ? busId + " is a virtual function; write its line without /*"
            : "this node has no GPU " + busId + "; correct the address or remove the line");
  }

  private static boolean has(List<HostGpu> gpus, String busId) {
    return gpus.stream()
        .flatMap(gpu -> gpu.vfs().stream())
        .map(HostVf::busId)
        .anyMatch(busId::equals);
  }
}
