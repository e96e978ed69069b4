package io.vgpusteward.agent.report;

import io.vgpusteward.agent.config.Wanted;
import io.vgpusteward.agent.reconcile.Round.GpuRound;
import io.vgpusteward.agent.reconcile.Round.VfRound;
import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.agent.sysfs.VgpuType;
import io.vgpusteward.vgpu.Board;
import io.vgpusteward.vgpu.Profile;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes reports of what was found. */
public final class Reports {
  /** What the definition lets through. */
  private static final int MOST_GPUS = 64;

  private static final int MOST_VFS = 256;
  private static final int MOST_TYPES = 512;

  private Reports() {}

  /**
   * The report of a finding. Two of the same finding are equal, whenever they are made.
   *
   * @param before the conditions that were published last, whose times go on while they stay
   */
  public static NodeReport of(Finding finding, List<Condition> before, Instant now) {
    List<GpuReport> gpus =
        finding.round().gpus().stream()
            .limit(MOST_GPUS)
            .map(gpu -> gpu(finding.host(), gpu))
            .toList();
    return new NodeReport(new Conditions(before, now).of(finding, gpus), gpus);
  }

  private static GpuReport gpu(Host host, GpuRound round) {
    HostGpu gpu = round.host();
    Optional<String> board =
        round.boards().size() == 1 ? round.boards().stream().findFirst() : Optional.empty();
    SortedMap<Long, Profile> offered = new TreeMap<>();
    round.offers().types().entrySet().stream()
        .limit(MOST_TYPES)
        .forEach(entry -> offered.put(entry.getKey(), entry.getValue()));
    return new GpuReport(
        gpu.busId(),
        gpu.pciId(),
        board,
        gpu.driver(),
        round.sizes(),
        frameBuffer(round, board),
        offered,
        round.vfs().stream().limit(MOST_VFS).map(Reports::vf).toList(),
        round.message().or(() -> leftAlone(host, gpu)));
  }

  /** What the driver's list says counts, and the table helps where that is not known. */
  private static OptionalInt frameBuffer(GpuRound round, Optional<String> board) {
    OptionalInt seen = round.offers().frameBufferGib();
    return seen.isPresent() ? seen : board.map(Board::frameBufferGib).orElse(OptionalInt.empty());
  }

  private static Optional<String> leftAlone(Host host, HostGpu gpu) {
    if (gpu.driver().filter(GpuReport.PASSTHROUGH::equals).isPresent()) {
      return Optional.of("one virtual machine gets it whole (vfio-pci)");
    }
    if (host.era() == Host.Era.MEDIATED) {
      return Optional.of("its vGPUs are mediated devices");
    }
    if (!gpu.vfs().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        gpu.totalVfs() == 0
            ? "it can have no virtual functions"
            : "it has no virtual functions now; NVIDIA's vGPU manager makes them: sriov-manage -e "
                + gpu.busId());
  }

  private static VfReport vf(VfRound round) {
    return new VfReport(
        round.host().busId(),
        round.host().driver(),
        round.current(),
        round.host().type(),
        round.wanted() instanceof Wanted.Unset
            ? Optional.of(new VfReport.Desired(Optional.empty()))
            : round.desired().map(profile -> new VfReport.Desired(Optional.of(profile))),
        round.state(),
        round.message(),
        round.holder(),
        round.host().creatable().stream().map(VgpuType::profile).limit(MOST_TYPES).toList());
  }
}
