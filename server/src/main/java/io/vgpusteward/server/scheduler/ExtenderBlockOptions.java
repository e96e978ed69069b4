package io.vgpusteward.server.scheduler;

import io.vgpusteward.server.config.ConfigurationException;
import io.vgpusteward.server.config.ExtenderOptions;
import io.vgpusteward.server.scheduler.ExtenderBlock.ClientFiles;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say how kube-scheduler reaches our extender. */
final class ExtenderBlockOptions {
  private static final String FOLDER = "/etc/kubernetes/vgpu-steward/";
  private static final int MAX_PORT = 65535;

  @Option(
      names = "--address",
      paramLabel = "<host>",
      description = {
        "Where kube-scheduler reaches the extender: the ClusterIP of its Service, or 127.0.0.1",
        "beside it. Needed with --merge and for default-scheduler: a static pod does not resolve",
        "names of Services. Default for a second scheduler: <service>.<namespace>.svc."
      })
  private @Nullable String address;

  @Option(
      names = "--port",
      paramLabel = "<port>",
      defaultValue = "" + ExtenderOptions.PORT,
      description = "The extender's port there. Default: ${DEFAULT-VALUE}.")
  private int port = ExtenderOptions.PORT;

  @Option(
      names = "--service",
      paramLabel = "<name>",
      defaultValue = "vgpu-steward",
      description = "The Service of the extender. Default: ${DEFAULT-VALUE}.")
  private String service = "vgpu-steward";

  @Option(
      names = "--server-name",
      paramLabel = "<name>",
      description = {"The name in the extender's certificate. Default: <service>.<namespace>.svc."})
  private @Nullable String serverName;

  @Option(
      names = "--ca-file",
      paramLabel = "<file>",
      defaultValue = FOLDER + "ca.crt",
      description = {
        "PEM file with the authority of the extender's certificate, where kube-scheduler runs,",
        "which reads it once. Default: ${DEFAULT-VALUE}."
      })
  private String caFile = FOLDER + "ca.crt";

  @Option(
      names = "--cert-file",
      paramLabel = "<file>",
      defaultValue = FOLDER + "tls.crt",
      description = {
        "PEM file with kube-scheduler's own certificate, likewise; it is read again when it",
        "changes. Default: ${DEFAULT-VALUE}."
      })
  private String certFile = FOLDER + "tls.crt";

  @Option(
      names = "--key-file",
      paramLabel = "<file>",
      defaultValue = FOLDER + "tls.key",
      description = "PEM file with its key, likewise. Default: ${DEFAULT-VALUE}.")
  private String keyFile = FOLDER + "tls.key";

  @Option(
      names = "--no-client-certificate",
      description = {
        "Name no certificate of kube-scheduler's own, for an extender that is on loopback and",
        "serves with --extender-client-auth none."
      })
  private boolean noClientCertificate;

  @Option(
      names = "--weight",
      paramLabel = "<number>",
      defaultValue = "10",
      description = {
        "What the extender's scores weigh. With 10 one point of 0 to 10 is worth as much as a",
        "plugin of weight 1 can give; under it LeastAllocated outvotes binpack.",
        "Default: ${DEFAULT-VALUE}."
      })
  private int weight = 10;

  String service() {
    return service;
  }

  /**
   * The block.
   *
   * @param host where no address is given; empty where one is needed
   * @throws ConfigurationException when the flags do not go together
   */
  ExtenderBlock block(String namespace, Optional<String> host) {
    String name = service + "." + namespace + ".svc";
    String reached =
        Optional.ofNullable(address)
            .or(() -> host)
            .orElseThrow(() ->
                new ConfigurationException(
                    "--address is needed, since a static pod does not resolve "
                        + name
                        + ": give the ClusterIP that 'kubectl -n "
                        + namespace
                        + " get service "
                        + service
                        + "' shows, or 127.0.0.1"));
    String bare = reached.startsWith("[") ? reached.replaceAll("^\\[|]$", "") : reached;
    if (!HostName.isHost(bare)) {
      throw new ConfigurationException(
          "--address: '" + reached + "' is no address and no name; give the port by --port");
    }
    if (port < 1 || port > MAX_PORT) {
      throw new ConfigurationException("--port: " + port + " is not 1 to " + MAX_PORT);
    }
    if (weight < 1) {
      throw new ConfigurationException("--weight: " + weight + " is not 1 or more");
    }
    return new ExtenderBlock(
        bare,
        port,
        serverName == null ? name : serverName,
        caFile,
        noClientCertificate ? Optional.empty() : Optional.of(new ClientFiles(certFile, keyFile)),
        weight);
  }
}
