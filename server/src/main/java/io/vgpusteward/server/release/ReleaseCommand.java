package io.vgpusteward.server.release;

import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.VirtualMachines;
import io.vgpusteward.server.config.ClusterConfiguration;
import io.vgpusteward.server.config.ClusterOptions;
import io.vgpusteward.server.config.MachineNames;
import io.vgpusteward.server.config.Surroundings;
import io.vgpusteward.server.release.Release.State;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vgpu-steward release}: takes placement out of virtual machines. */
@Command(
    name = "release",
    description = {
      "Take out of VMs what was injected for their placement, in either mode: the resource",
      "vgpu-steward.io/framebuffer-gib, the scheduler's name, and the node affinity for labels of",
      "profiles. A released VM starts on any scheduler, also where vgpu-steward is gone; which",
      "profile it gets there is left to chance.",
      "",
      "A VM's own affinity and scheduler stay, and so do: its devices, which it asked for; the",
      "cloud-init volume and the Secret behind it, which is the VM's own and goes with it, since a",
      "guest must not lose its user data and its licence; our annotations, which say what is ours.",
      "Running VMs go on as they are; one that waits for a node needs a restart.",
      "",
      "Works whether vgpu-steward runs or not. Where it runs it leaves placement out from then on,",
      "until 'vgpu-steward adopt'. VMs that opted out by label are left alone, and so are sets and",
      "pools of instances, in whose templates nothing is injected.",
      "Needs rights to list, get and update VirtualMachines and to get namespaces.",
      "",
      "With --cluster <folder> it says what to take out of the manifests."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:none of them holds any placement of ours, but for those left alone",
      "1:at least one still does, or could not be looked at",
      "2:the cluster or the command line is not as it must be; nothing was done"
    })
public final class ReleaseCommand implements Callable<Integer> {
  private static final int NOT_DONE = 2;
  private static final int OPEN = 1;

  private final Surroundings surroundings;
  private final Function<ClusterConfiguration, VirtualMachines> opener;

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private MachineNames names = new MachineNames();

  @Option(names = "--all", description = "All VMs that hold any.")
  private boolean all;

  @Option(names = "--dry-run", description = "Say what would be taken out, and change nothing.")
  private boolean dryRun;

  /**
   * The command.
   *
   * @param opener opens the cluster whose virtual machines are meant
   */
  public ReleaseCommand(
      Surroundings surroundings, Function<ClusterConfiguration, VirtualMachines> opener) {
    this.surroundings = surroundings;
    this.opener = opener;
  }

  @Override
  public Integer call() {
    names.check("release", all);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (VirtualMachines machines = opener.apply(cluster.toConfiguration(surroundings))) {
      Release release = new Release(machines, dryRun);
      Map<State, Integer> counts = new EnumMap<>(State.class);
      for (GuestKey key : all ? concerned(machines) : names.keys()) {
        Release.Outcome outcome = release.release(key);
        counts.merge(outcome.state(), 1, Integer::sum);
        (outcome.state() == State.FAILED ? err : out)
            .println(key.namespace() + "/" + key.name() + ": " + outcome.text());
      }
      if (all) {
        out.println(sum(counts));
      }
      return counts.keySet().stream().anyMatch(State::isOpen) ? OPEN : 0;
    } catch (ClusterException e) {
      err.println("vgpu-steward: " + e.getMessage());
      return NOT_DONE;
    } finally {
      out.flush();
      err.flush();
    }
  }

  private static String sum(Map<State, Integer> counts) {
    return counts.isEmpty()
        ? "no virtual machine holds anything of vgpu-steward's"
        : counts.entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey().words())
            .collect(Collectors.joining(", "));
  }

  private List<GuestKey> concerned(VirtualMachines machines) {
    return machines.list(names.namespace()).stream()
        .filter(Release::concerns)
        .map(Guest::key)
        .sorted(Comparator.comparing(GuestKey::toString))
        .toList();
  }
}
