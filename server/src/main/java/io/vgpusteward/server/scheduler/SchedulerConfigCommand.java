package io.vgpusteward.server.scheduler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.cluster.manifest.ManifestException;
import io.vgpusteward.cluster.manifest.ManifestWriter;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.server.config.ConfigurationException;
import io.vgpusteward.server.config.Surroundings;
import io.vgpusteward.server.scheduler.Findings.Severity;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vgpu-steward scheduler-config}: prints or checks kube-scheduler's configuration. */
@Command(
    name = "scheduler-config",
    description = {
      "Print a KubeSchedulerConfiguration by which kube-scheduler asks this program's extender,",
      "for a second scheduler or merged into a file, or check one. Reads no cluster and writes",
      "nothing; paths of certificates are meant where kube-scheduler runs.",
      "",
      "kube-scheduler reads it by --config <file>, when it starts."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:printed, or nothing wrong but for warnings",
      "1:something is wrong with the file of --check, or with what --merge has left as it was",
      "2:the command line is wrong, or a file cannot be read"
    })
public final class SchedulerConfigCommand implements Callable<Integer> {
  private static final int WRONG = 1;

  private final Surroundings surroundings;

  @Spec private CommandSpec spec;
  @Mixin private ExtenderBlockOptions extender = new ExtenderBlockOptions();

  @Option(
      names = "--merge",
      paramLabel = "<file>",
      description = {
        "Print this configuration with our extender added, or in the place of ours that is there.",
        "All else of it stays, but for comments. What was changed goes to standard error."
      })
  private @Nullable Path merge;

  @Option(
      names = "--check",
      paramLabel = "<file>",
      description = "Say what is wrong with this configuration, and print none.")
  private @Nullable Path check;

  @Option(
      names = "--scheduler-name",
      paramLabel = "<name>",
      description = {
        "Name of the scheduler that VMs are given. Default: vgpu-steward-scheduler for a new",
        "configuration, else default-scheduler."
      })
  private @Nullable String schedulerName;

  @Option(
      names = "--namespace",
      paramLabel = "<name>",
      description = {
        "Namespace of the release, of the Service and of the Lease of a second scheduler.",
        "Default: $POD_NAMESPACE, the pod's own, or vgpu-steward."
      })
  private @Nullable String namespace;

  @Option(
      names = "--leader-elect",
      paramLabel = "<true|false>",
      arity = "1",
      description = "For a new configuration: elect one of several replicas. Default: true.")
  private @Nullable Boolean leaderElect;

  @Option(
      names = "--scheduler-kubeconfig",
      paramLabel = "<file>",
      description = {
        "For a new configuration: the kubeconfig of kube-scheduler, which takes no --kubeconfig",
        "beside --config. Default: the account of its pod."
      })
  private @Nullable String kubeconfig;

  @Option(
      names = "--node-percentage",
      paramLabel = "<percent>",
      description = {
        "percentageOfNodesToScore: how many of the nodes with a free device are looked at; 0 lets",
        "kube-scheduler decide. Default: 100; with --merge, what is there."
      })
  private @Nullable Integer percentage;

  public SchedulerConfigCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (merge != null && check != null) {
      throw new ConfigurationException("--merge and --check do not go together");
    }
    if (percentage != null && (percentage < 0 || percentage > 100)) {
      throw new ConfigurationException("--node-percentage: " + percentage + " is not 0 to 100");
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      return check != null
          ? check(check, out)
          : merge != null ? merge(merge, out, err) : create(out, err);
    } finally {
      out.flush();
      err.flush();
    }
  }

  private int create(PrintWriter out, PrintWriter err) {
    String name = schedulerName == null ? "vgpu-steward-scheduler" : schedulerName;
    String release = release();
    // A second scheduler is a Deployment, which has the cluster's DNS; the cluster's own has not.
    Optional<String> host =
        name.equals(Profiles.DEFAULT)
            ? Optional.empty()
            : Optional.of(extender.service() + "." + release + ".svc");
    ObjectNode made =
        new NewConfiguration(
                name,
                leaderElect == null || leaderElect,
                release,
                Optional.ofNullable(kubeconfig),
                percentage == null ? 100 : percentage,
                extender.block(release, host))
            .json();
    out.print(ManifestWriter.write(made));
    return remarks(made, Optional.of(name), err);
  }

  private int merge(Path file, PrintWriter out, PrintWriter err) {
    if (leaderElect != null || kubeconfig != null) {
      throw new ConfigurationException(
          "--leader-elect and --scheduler-kubeconfig are for a new configuration: --merge keeps"
              + " those of the file");
    }
    ObjectNode block = extender.block(release(), Optional.empty()).json();
    ObjectNode existing;
    try {
      existing = read("--merge", file);
    } catch (ManifestException e) {
      throw new ConfigurationException("--merge: " + e.getMessage(), e);
    }
    if (!ConfigurationCheck.isConfiguration(existing)) {
      throw new ConfigurationException(
          "--merge: " + file + " holds no " + ConfigurationCheck.KIND + "; nothing was printed");
    }
    Merge merged = new Merge(existing);
    merged.extender(block);
    if (percentage != null) {
      merged.percentage(schedulerName == null ? Profiles.DEFAULT : schedulerName, percentage);
    }
    out.print(ManifestWriter.write(merged.configuration()));
    if (merged.changes().isEmpty()) {
      err.println("changed nothing but the form; comments are not kept");
    }
    merged.changes().forEach(change -> err.println("changed: " + change));
    if (!merged.changes().isEmpty()) {
      err.println("all else is as it was; comments are not kept");
    }
    return remarks(merged.configuration(), Optional.ofNullable(schedulerName), err);
  }

  /** Says what is still wrong with what was printed. */
  private static int remarks(ObjectNode printed, Optional<String> name, PrintWriter err) {
    Findings findings = ConfigurationCheck.of(printed, name);
    findings.all().forEach(finding -> err.println(finding));
    return findings.count(Severity.ERROR) == 0 ? 0 : WRONG;
  }

  private int check(Path file, PrintWriter out) {
    Findings findings;
    try {
      findings = ConfigurationCheck.of(read("--check", file), Optional.ofNullable(schedulerName));
    } catch (ManifestException e) {
      out.println(e.source() + (e.line() > 0 ? ":" + e.line() : "") + ": error: " + e.problem());
      return WRONG;
    }
    findings.all().forEach(finding -> out.println(file + ": " + finding));
    out.println(
        file
            + ": errors: "
            + findings.count(Severity.ERROR)
            + ", warnings: "
            + findings.count(Severity.WARNING));
    return findings.count(Severity.ERROR) == 0 ? 0 : WRONG;
  }

  private static ObjectNode read(String option, Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new ConfigurationException(option + ": cannot read " + file);
    }
    List<Manifest> objects = Manifests.read(file);
    if (objects.size() != 1) {
      throw new ManifestException(
          file.toString(), 0, "holds " + objects.size() + " objects, and kube-scheduler reads one");
    }
    return objects.getFirst().object();
  }

  private String release() {
    return namespace == null ? surroundings.namespace() : namespace;
  }
}
