package io.vgpusteward.server.config;

import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.object.Names;
import io.vgpusteward.server.config.AgentConfiguration.Work;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of {@code agent}; {@link #toConfiguration} checks how they go together. */
public final class AgentOptions {
  private static final int METRICS_PORT = 8080;
  private static final Path KUBELET = Path.of("/var/lib/kubelet/pod-resources/kubelet.sock");

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--node",
      paramLabel = "<name>",
      description = "Name of the Node that this machine is. Default: $NODE_NAME.")
  private @Nullable String node;

  @Option(
      names = "--sysfs-root",
      paramLabel = "<folder>",
      defaultValue = "/sys",
      description = "Where the node's sysfs is mounted. Default: ${DEFAULT-VALUE}.")
  private Path sysfs = Path.of("/sys");

  @Option(
      names = "--kubelet-socket",
      paramLabel = "<file>",
      description = {
        "Socket on which the kubelet says which pod has which device. Where it is not there,",
        "pods that ask for a device count as holding any that they could have got.",
        "Default: /var/lib/kubelet/pod-resources/kubelet.sock, with --cluster none."
      })
  private @Nullable Path kubeletSocket;

  @Option(
      names = "--profiles-configmap",
      paramLabel = "<name>",
      defaultValue = Keys.PROFILES_CONFIG_MAP,
      description = {
        "ConfigMap in the release's namespace that says which VF carries what.",
        "Default: ${DEFAULT-VALUE}."
      })
  private String profiles = Keys.PROFILES_CONFIG_MAP;

  @Option(
      names = "--settle",
      paramLabel = "<duration>",
      defaultValue = "15s",
      converter = DurationConverter.class,
      description = {
        "How long a change is announced before it is written: as long as a placement that was",
        "decided before may take to arrive. Default: ${DEFAULT-VALUE}."
      })
  private Duration settle = Duration.ofSeconds(15);

  @Option(
      names = "--interval",
      paramLabel = "<duration>",
      defaultValue = "10s",
      converter = DurationConverter.class,
      description = {
        "How often to look at sysfs, which tells nobody when it changes.",
        "Default: ${DEFAULT-VALUE}."
      })
  private Duration interval = Duration.ofSeconds(10);

  @Option(
      names = "--once",
      description = "Do what is to be done, then end; the exit status says how it went.")
  private boolean once;

  @Option(
      names = "--dry-run",
      description = "With --once: show what is there and what would be done. Writes nothing.")
  private boolean dryRun;

  @Option(
      names = "--cleanup",
      description = {
        "Take away what an agent published of the node: its labels and annotation, its VgpuNode",
        "and its Lease. VFs keep what they carry."
      })
  private boolean cleanup;

  @Option(
      names = "--restart-virt-handler",
      description = {
        "Restart the node's virt-handler where it does not advertise what VFs carry and that is",
        "the cure."
      })
  private boolean restartVirtHandler;

  @Option(
      names = "--virt-handler-patience",
      paramLabel = "<duration>",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description = {
        "How long virt-handler may take after its start until the kubelet knows what it offers,",
        "and how long something wrong lasts before virt-handler is restarted for it.",
        "Default: ${DEFAULT-VALUE}."
      })
  private Duration virtHandlerPatience = Duration.ofSeconds(30);

  @Option(
      names = "--metrics-listen",
      paramLabel = "<host:port>",
      converter = HostPortConverter.class,
      description = {
        "Where to serve /metrics and /healthz, by HTTP.",
        "Default: 0.0.0.0:8080, with --cluster 127.0.0.1:8080; with --once nowhere."
      })
  private @Nullable HostPort metricsListen;

  /**
   * The complete configuration.
   *
   * @throws ConfigurationException when a flag is wrong or the flags do not go together
   */
  public AgentConfiguration toConfiguration(Surroundings surroundings) {
    ClusterConfiguration meant = cluster.toConfiguration(surroundings);
    if (!Files.isDirectory(sysfs)) {
      throw new ConfigurationException("--sysfs-root: " + sysfs + " is not a folder");
    }
    if (!Names.isName(profiles)) {
      throw new ConfigurationException(
          "--profiles-configmap: '" + profiles + "' is no name of a ConfigMap");
    }
    Work work = work();
    return new AgentConfiguration(
        meant,
        checkedNode(surroundings),
        sysfs,
        kubeletSocket != null || meant.folder().isPresent()
            ? Optional.ofNullable(kubeletSocket)
            : Optional.of(KUBELET),
        profiles,
        settle,
        ServeOptions.positive("--interval", interval),
        work,
        restartVirtHandler,
        virtHandlerPatience,
        work == Work.RUN ? Optional.of(listen(meant)) : Optional.empty());
  }

  private Work work() {
    if (cleanup && (once || dryRun)) {
      throw new ConfigurationException("--cleanup goes without --once and --dry-run");
    }
    if (dryRun && !once) {
      throw new ConfigurationException("--dry-run goes with --once");
    }
    if (cleanup) {
      return Work.CLEANUP;
    }
    return dryRun ? Work.PLAN : once ? Work.ONCE : Work.RUN;
  }

  private String checkedNode(Surroundings surroundings) {
    String name = node == null ? surroundings.environment().getOrDefault("NODE_NAME", "") : node;
    if (name.isEmpty()) {
      throw new ConfigurationException("--node: name the Node that this machine is");
    }
    if (!Names.isName(name)) {
      throw new ConfigurationException("--node: '" + name + "' is no name of a Node");
    }
    return name;
  }

  private HostPort listen(ClusterConfiguration meant) {
    String everywhere = meant.folder().isEmpty() ? "0.0.0.0" : "127.0.0.1";
    return metricsListen == null ? new HostPort(everywhere, METRICS_PORT) : metricsListen;
  }
}
