package io.vgpusteward.server.config;

import io.vgpusteward.server.config.ServeConfiguration.TlsFiles;
import io.vgpusteward.webhook.guest.Placement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of {@code serve}; {@link #toConfiguration} checks how they go together. */
public final class ServeOptions {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final int LISTEN_PORT = 8443;
  private static final int METRICS_PORT = 8080;

  @Option(
      names = "--cluster",
      paramLabel = "<folder>",
      description = {
        "Take the YAML files of this folder for the cluster, instead of a real one.",
        "What this program writes goes to its sub-folder .vgpu-steward."
      })
  private @Nullable Path cluster;

  @Option(
      names = "--kubeconfig",
      paramLabel = "<file>",
      description = "How to reach the cluster. Default: $KUBECONFIG, ~/.kube/config, in-cluster.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--context",
      paramLabel = "<name>",
      description = "Context of the kubeconfig. Default: its current one.")
  private @Nullable String context;

  @Option(
      names = "--listen",
      paramLabel = "<host:port>",
      converter = HostPortConverter.class,
      description = {
        "Where to serve admission, by HTTPS; port 0 takes a free one.",
        "Default: 0.0.0.0:8443, with --cluster 127.0.0.1:8443."
      })
  private @Nullable HostPort listen;

  @Option(
      names = "--metrics-listen",
      paramLabel = "<host:port>",
      converter = HostPortConverter.class,
      description = {
        "Where to serve /metrics, /livez and /readyz, by HTTP.",
        "Default: 0.0.0.0:8080, with --cluster 127.0.0.1:8080."
      })
  private @Nullable HostPort metricsListen;

  @Option(
      names = "--tls-certificate",
      paramLabel = "<file>",
      description = {
        "PEM file with the server's certificate chain; read again when it changes.",
        "Default with --cluster: one of our own making, see ca.crt in .vgpu-steward."
      })
  private @Nullable Path tlsCertificate;

  @Option(
      names = "--tls-key",
      paramLabel = "<file>",
      description = "PEM file with the private key of the certificate.")
  private @Nullable Path tlsKey;

  @Option(
      names = "--namespace",
      paramLabel = "<name>",
      description = {
        "Namespace of the release, with the cluster's default licence.",
        "Default: $POD_NAMESPACE, the pod's own, or vgpu-steward."
      })
  private @Nullable String namespace;

  @Option(
      names = "--placement",
      paramLabel = "<mode>",
      defaultValue = "affinity",
      description = "How VMs find their node: affinity or extender. Default: ${DEFAULT-VALUE}.")
  private Placement placement = Placement.AFFINITY;

  @Option(
      names = "--scheduler-name",
      paramLabel = "<name>",
      description = "With --placement extender: the scheduler for VMs that name none.")
  private @Nullable String schedulerName;

  @Option(
      names = "--controller",
      paramLabel = "<true|false>",
      arity = "1",
      defaultValue = "true",
      description = "Whether to write the Secrets of VMs. Default: ${DEFAULT-VALUE}.")
  private boolean controller = true;

  @Option(
      names = "--shutdown-grace",
      paramLabel = "<duration>",
      defaultValue = "10s",
      converter = DurationConverter.class,
      description = "Longest time from SIGTERM to the end. Default: ${DEFAULT-VALUE}.")
  private Duration shutdownGrace = Duration.ofSeconds(10);

  @Option(
      names = "--user-secret-poll",
      paramLabel = "<duration>",
      defaultValue = "2m",
      converter = DurationConverter.class,
      description = "How often to look at users' Secrets for changes. Default: ${DEFAULT-VALUE}.")
  private Duration userSecretPoll = Duration.ofMinutes(2);

  /**
   * The complete configuration.
   *
   * @throws ConfigurationException when the flags do not go together
   */
  public ServeConfiguration toConfiguration(Surroundings surroundings) {
    if (cluster != null && (kubeconfig != null || context != null)) {
      throw new ConfigurationException("--cluster goes without --kubeconfig and --context");
    }
    if (cluster != null && !Files.isDirectory(cluster)) {
      throw new ConfigurationException("--cluster: " + cluster + " is not a folder");
    }
    if (kubeconfig != null && !Files.isReadable(kubeconfig)) {
      throw new ConfigurationException("--kubeconfig: cannot read " + kubeconfig);
    }
    if (schedulerName != null && placement != Placement.EXTENDER) {
      throw new ConfigurationException("--scheduler-name needs --placement extender");
    }
    String everywhere = cluster == null ? "0.0.0.0" : "127.0.0.1";
    return new ServeConfiguration(
        Optional.ofNullable(cluster),
        Optional.ofNullable(kubeconfig),
        Optional.ofNullable(context),
        listen == null ? new HostPort(everywhere, LISTEN_PORT) : listen,
        metricsListen == null ? new HostPort(everywhere, METRICS_PORT) : metricsListen,
        tls(),
        checkedNamespace(surroundings),
        placement,
        Optional.ofNullable(schedulerName),
        controller,
        positive("--shutdown-grace", shutdownGrace),
        positive("--user-secret-poll", userSecretPoll));
  }

  private Optional<TlsFiles> tls() {
    if (tlsCertificate != null && tlsKey != null) {
      return Optional.of(new TlsFiles(tlsCertificate, tlsKey));
    }
    if (tlsCertificate != null || tlsKey != null) {
      throw new ConfigurationException("--tls-certificate and --tls-key go together");
    }
    if (cluster == null) {
      throw new ConfigurationException(
          "--tls-certificate and --tls-key are needed to serve a real cluster;"
              + " --cluster <folder> makes its own");
    }
    return Optional.empty();
  }

  private String checkedNamespace(Surroundings surroundings) {
    String name = namespace == null ? surroundings.namespace() : namespace;
    if (!LABEL.matcher(name).matches()) {
      throw new ConfigurationException("--namespace: '" + name + "' is no name of a namespace");
    }
    return name;
  }

  private static Duration positive(String flag, Duration value) {
    if (!value.isPositive()) {
      throw new ConfigurationException(flag + ": must be longer than nothing");
    }
    return value;
  }
}
