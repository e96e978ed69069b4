package io.vgpusteward.server.adopt;

import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.server.config.ClusterConfiguration;
import io.vgpusteward.server.config.ClusterOptions;
import io.vgpusteward.server.config.InjectionOptions;
import io.vgpusteward.server.config.MachineNames;
import io.vgpusteward.server.config.Surroundings;
import io.vgpusteward.server.connect.ReadyView;
import io.vgpusteward.webhook.sweep.GapFinder;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vgpu-steward adopt}: has virtual machines managed that are older than the program. */
@Command(
    name = "adopt",
    description = {
      "Have VMs managed that ask for a vGPU and lack its licence or placement: VMs older than",
      "vgpu-steward, created while its webhook was down, edited around it, or released.",
      "A stopped VM has it all at once, a running one from its next start. No VM gets a new",
      "datasource by this. Needs vgpu-steward to run, and rights to patch VirtualMachines."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all of them are managed",
      "1:at least one is not, or lacks something still",
      "2:the cluster or the command line is not as it must be; nothing was done"
    })
public final class AdoptCommand implements Callable<Integer> {
  private static final int NOT_DONE = 2;
  private static final int FAILED = 1;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Surroundings surroundings;
  private final Function<ClusterConfiguration, Cluster> clusters;

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private MachineNames names = new MachineNames();
  @Mixin private InjectionOptions injection = new InjectionOptions();

  @Option(names = "--all", description = "All VMs that lack something.")
  private boolean all;

  @Option(names = "--dry-run", description = "Say what each VM lacks, and change nothing.")
  private boolean dryRun;

  /**
   * The command.
   *
   * @param clusters opens the cluster whose guests are meant
   */
  public AdoptCommand(Surroundings surroundings, Function<ClusterConfiguration, Cluster> clusters) {
    this.surroundings = surroundings;
    this.clusters = clusters;
  }

  @Override
  public Integer call() throws InterruptedException {
    names.check("adopt", all);
    GapFinder finder = new GapFinder(injection.toSettings());
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (Cluster opened = clusters.apply(cluster.toConfiguration(surroundings))) {
      ClusterView view = ReadyView.of(opened, PATIENCE);
      Adoption adoption = new Adoption(opened::annotate, view, finder);
      int status = 0;
      for (GuestKey key : all ? lacking(view, finder) : names.keys()) {
        Adoption.Outcome outcome = dryRun ? adoption.preview(key) : adoption.adopt(key);
        (outcome.good() ? out : err).println(key.namespace() + "/" + key.name() + ": " + outcome);
        status = outcome.good() ? status : FAILED;
      }
      return status;
    } catch (ClusterException e) {
      err.println("vgpu-steward: " + e.getMessage());
      return NOT_DONE;
    } finally {
      out.flush();
      err.flush();
    }
  }

  private List<GuestKey> lacking(ClusterView view, GapFinder finder) {
    Optional<String> only = names.namespace();
    return view.guests().values().stream()
        .filter(guest -> guest.key().kind() == GuestKey.Kind.VirtualMachine)
        .filter(guest -> only.isEmpty() || only.get().equals(guest.key().namespace()))
        .filter(guest -> Adoption.isNeeded(guest, view, finder))
        .map(Guest::key)
        .sorted(Comparator.comparing(GuestKey::toString))
        .toList();
  }
}
