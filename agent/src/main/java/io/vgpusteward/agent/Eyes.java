package io.vgpusteward.agent;

import io.vgpusteward.agent.claim.Reading;
import io.vgpusteward.agent.config.NodeProfiles;
import io.vgpusteward.agent.config.Problem;
import io.vgpusteward.agent.reconcile.Memory;
import io.vgpusteward.agent.reconcile.Reconciler;
import io.vgpusteward.agent.reconcile.Round;
import io.vgpusteward.agent.reconcile.Round.GpuRound;
import io.vgpusteward.agent.report.Condition;
import io.vgpusteward.agent.report.Finding;
import io.vgpusteward.agent.report.NodeReport;
import io.vgpusteward.agent.report.Reports;
import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.HostGpus;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.placement.Freshness;
import io.vgpusteward.vgpu.placement.NodeSupply;
import io.vgpusteward.vgpu.placement.ProfileLabels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Looks at a node and says what is there and what is to be done; writes nothing. */
final class Eyes {
  private final String node;
  private final HostGpus gpus;
  private final NodeCluster cluster;
  private final Doctor doctor;
  private final Reconciler reconciler;

  Eyes(Settings settings, HostGpus gpus, NodeCluster cluster, Doctor doctor) {
    this.node = settings.node();
    this.gpus = gpus;
    this.cluster = cluster;
    this.doctor = doctor;
    this.reconciler = new Reconciler(settings.settle(), settings.interval());
  }

  /** A look, with the pods that are known here. */
  Look look(ClusterFacts facts, Memory memory, List<Condition> before, Instant now) {
    Host host = gpus.read();
    Reading reading = cluster.claims(host);
    NodeProfiles profiles = NodeProfiles.of(facts.profiles(), node);
    Round round = reconciler.round(host, profiles, reading.claims(), memory, now);
    List<Problem> problems = new ArrayList<>(profiles.problems());
    problems.addAll(profiles.unmatched(host, boards(round)));
    Doctor.Found advertised = doctor.diagnose(host, round, facts, now);
    Finding finding = new Finding(host, round, problems, advertised.diagnosis());
    NodeReport report = Reports.of(finding, before, now);
    return new Look(
        finding,
        advertised,
        report,
        labels(report, facts),
        reading.problem(),
        false,
        round.lookAgain());
  }

  /** A round alone, with the pods that the API server has now: what a write may rely on. */
  Round certain(ClusterFacts facts, Memory memory, Instant now) throws InterruptedException {
    Host host = gpus.read();
    Reading reading = cluster.claimsNow(host);
    NodeProfiles profiles = NodeProfiles.of(facts.profiles(), node);
    return reconciler.round(host, profiles, reading.claims(), memory, now);
  }

  private static Map<String, Set<String>> boards(Round round) {
    return round.gpus().stream()
        .collect(Collectors.toMap(gpu -> gpu.host().busId(), GpuRound::boards, (a, b) -> a));
  }

  private SortedSet<String> labels(NodeReport report, ClusterFacts facts) {
    NodeInventory inventory = report.inventory(node);
    if (!inventory.ready()) {
      return new TreeSet<>();
    }
    NodeSupply supply =
        NodeSupply.of(node, Optional.of(inventory), facts.allocatable(), facts.permitted());
    return ProfileLabels.of(supply, Freshness.fresh()).stream()
        .map(Profile::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
