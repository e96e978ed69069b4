package io.vgpusteward.server.config;

import io.vgpusteward.extender.placement.PlacementSettings;
import io.vgpusteward.extender.placement.UnknownNodes;
import io.vgpusteward.vgpu.placement.Strategy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say how kube-scheduler is served. */
public final class ExtenderOptions {
  /** Where the extender listens, unless a flag says otherwise. */
  public static final int PORT = 8444;

  private static final long MOST_BODY = Integer.MAX_VALUE / 2;

  /** Whether kube-scheduler needs a certificate. */
  enum ClientAuth {
    REQUIRED,
    NONE
  }

  @Option(
      names = "--extender-listen",
      paramLabel = "<host:port>",
      converter = HostPortConverter.class,
      description = {
        "Where to serve kube-scheduler's extender, by HTTPS; port 0 takes a free one.",
        "It is served with this flag or with --placement extender.",
        "Default: 0.0.0.0:" + PORT + ", without client certificates 127.0.0.1:" + PORT + "."
      })
  private @Nullable HostPort listen;

  @Option(
      names = "--extender-client-ca",
      paramLabel = "<file>",
      description = {
        "PEM file with the authorities that vouch for kube-scheduler's certificate;",
        "read again when it changes."
      })
  private @Nullable Path clientCa;

  @Option(
      names = "--extender-client-auth",
      paramLabel = "<mode>",
      description = {
        "Whether kube-scheduler needs a certificate: required or none.",
        "none is for a scheduler that reaches it by loopback.",
        "Default: required, with --cluster and no --extender-client-ca none."
      })
  private @Nullable ClientAuth clientAuth;

  @Option(
      names = "--placement-strategy",
      paramLabel = "<name>",
      defaultValue = "binpack",
      description = {
        "Which of the nodes that fit get the higher scores:",
        "the fuller (binpack) or the emptier (spread).",
        "Default: ${DEFAULT-VALUE}."
      })
  private Strategy strategy = Strategy.BINPACK;

  @Option(
      names = "--unknown-nodes",
      paramLabel = "<mode>",
      defaultValue = "refuse",
      description = {
        "Whether pods with a vGPU may go where no fresh inventory is:",
        "refuse, or allow with the lowest score. Default: ${DEFAULT-VALUE}."
      })
  private UnknownNodes unknownNodes = UnknownNodes.REFUSE;

  @Option(
      names = "--extender-max-body",
      paramLabel = "<size>",
      defaultValue = "64MiB",
      converter = ByteSizeConverter.class,
      description = "The largest request of kube-scheduler. Default: ${DEFAULT-VALUE}.")
  private long maxBody = 64L * 1024 * 1024;

  /**
   * The complete configuration; empty where no extender is wanted.
   *
   * @param byPlacement whether the placement of virtual machines needs it
   * @param inventoryMaxAge how long after a node agent's last sign of life its inventory counts
   * @throws ConfigurationException when the flags do not go together
   */
  Optional<ExtenderConfiguration> toConfiguration(
      ClusterConfiguration cluster, boolean byPlacement, Duration inventoryMaxAge) {
    PlacementSettings settings = new PlacementSettings(strategy, unknownNodes, inventoryMaxAge);
    if (maxBody < 1 || maxBody > MOST_BODY) {
      throw new ConfigurationException("--extender-max-body: must be from 1 byte to 1023MiB");
    }
    if (listen == null && !byPlacement) {
      return Optional.empty();
    }
    Optional<Path> authorities = authorities(cluster);
    String everywhere =
        cluster.folder().isEmpty() && authorities.isPresent() ? "0.0.0.0" : "127.0.0.1";
    return Optional.of(
        new ExtenderConfiguration(
            listen == null ? new HostPort(everywhere, PORT) : listen,
            authorities,
            settings,
            maxBody));
  }

  private Optional<Path> authorities(ClusterConfiguration cluster) {
    if (clientAuth == ClientAuth.NONE && clientCa != null) {
      throw new ConfigurationException(
          "--extender-client-ca goes without --extender-client-auth none");
    }
    boolean optional =
        clientAuth == ClientAuth.NONE || (clientAuth == null && cluster.folder().isPresent());
    if (clientCa == null && !optional) {
      throw new ConfigurationException(
          "--extender-client-ca is needed to serve kube-scheduler; for one that reaches this"
              + " program by loopback there is --extender-client-auth none");
    }
    return Optional.ofNullable(clientCa);
  }
}
