package io.vgpusteward.server.config;

import io.vgpusteward.server.config.ServeConfiguration.TlsFiles;
import io.vgpusteward.webhook.admission.AdmissionSettings;
import io.vgpusteward.webhook.injection.Placement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of {@code serve}; {@link #toConfiguration} checks how they go together. */
public final class ServeOptions {
  private static final int LISTEN_PORT = 8443;
  private static final int METRICS_PORT = 8080;

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private AdmissionOptions admission = new AdmissionOptions();
  @Mixin private ExtenderOptions extender = new ExtenderOptions();
  @Mixin private InventoryOptions inventory = new InventoryOptions();

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
      names = "--controller",
      paramLabel = "<true|false>",
      arity = "1",
      defaultValue = "true",
      description = {
        "Whether to write the Secrets of VMs, and to report what slipped through.",
        "Default: ${DEFAULT-VALUE}."
      })
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
      description = {
        "How often to look at users' Secrets for changes.",
        "Default: ${DEFAULT-VALUE}."
      })
  private Duration userSecretPoll = Duration.ofMinutes(2);

  @Option(
      names = "--sweep-interval",
      paramLabel = "<duration>",
      defaultValue = "1m",
      converter = DurationConverter.class,
      description = {
        "How often to look for VMs that ask for a vGPU and were not given all of it.",
        "Default: ${DEFAULT-VALUE}."
      })
  private Duration sweepInterval = Duration.ofMinutes(1);

  /**
   * The complete configuration.
   *
   * @throws ConfigurationException when the flags do not go together
   */
  public ServeConfiguration toConfiguration(Surroundings surroundings) {
    ClusterConfiguration meant = cluster.toConfiguration(surroundings);
    AdmissionSettings settings = admission.toSettings();
    String everywhere = meant.folder().isEmpty() ? "0.0.0.0" : "127.0.0.1";
    ServeConfiguration configuration =
        new ServeConfiguration(
            meant,
            settings,
            extender.toConfiguration(
                meant, settings.injection().placement() == Placement.EXTENDER, inventory.maxAge()),
            listen == null ? new HostPort(everywhere, LISTEN_PORT) : listen,
            metricsListen == null ? new HostPort(everywhere, METRICS_PORT) : metricsListen,
            tls(meant),
            controller,
            positive("--shutdown-grace", shutdownGrace),
            positive("--user-secret-poll", userSecretPoll),
            positive("--sweep-interval", sweepInterval),
            inventory.maxAge());
    checkPorts(configuration);
    return configuration;
  }

  /** Two servers of one process on one port would take connections in turns. */
  private static void checkPorts(ServeConfiguration configuration) {
    if (isOne(configuration.listen(), configuration.metricsListen())) {
      throw new ConfigurationException("--listen and --metrics-listen are the same");
    }
    configuration
        .extender()
        .map(ExtenderConfiguration::listen)
        .ifPresent(where -> {
          if (isOne(where, configuration.listen())) {
            throw new ConfigurationException("--extender-listen and --listen are the same");
          }
          if (isOne(where, configuration.metricsListen())) {
            throw new ConfigurationException("--extender-listen and --metrics-listen are the same");
          }
        });
  }

  private static boolean isOne(HostPort one, HostPort other) {
    return one.port() != 0 && one.equals(other);
  }

  private Optional<TlsFiles> tls(ClusterConfiguration meant) {
    if (tlsCertificate != null && tlsKey != null) {
      return Optional.of(new TlsFiles(tlsCertificate, tlsKey));
    }
    if (tlsCertificate != null || tlsKey != null) {
      throw new ConfigurationException("--tls-certificate and --tls-key go together");
    }
    if (meant.folder().isEmpty()) {
      throw new ConfigurationException(
          "--tls-certificate and --tls-key are needed to serve a real cluster;"
              + " --cluster <folder> makes its own");
    }
    return Optional.empty();
  }

  static Duration positive(String flag, Duration value) {
    if (!value.isPositive()) {
      throw new ConfigurationException(flag + ": must be longer than nothing");
    }
    return value;
  }
}
