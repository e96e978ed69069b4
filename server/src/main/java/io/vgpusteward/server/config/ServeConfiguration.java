package io.vgpusteward.server.config;

import io.vgpusteward.webhook.admission.AdmissionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code serve} was told, complete and checked.
 *
 * @param extender how kube-scheduler is served; empty where it is not
 * @param listen where admission is served, by HTTPS
 * @param metricsListen where metrics and health are served, by HTTP
 * @param tls the files of the server's certificate; empty for one of our own making
 * @param controller whether this process writes the Secrets of virtual machines
 * @param shutdownGrace how long requests in flight may take to finish at the end
 * @param userSecretPoll how often users' Secrets are looked at for changes
 * @param sweepInterval how often all guests are looked at for what slipped through
 * @param inventoryMaxAge how long after a node agent's last sign of life its inventory counts
 */
public record ServeConfiguration(
    ClusterConfiguration cluster,
    AdmissionSettings admission,
    Optional<ExtenderConfiguration> extender,
    HostPort listen,
    HostPort metricsListen,
    Optional<TlsFiles> tls,
    boolean controller,
    Duration shutdownGrace,
    Duration userSecretPoll,
    Duration sweepInterval,
    Duration inventoryMaxAge) {
  /** A certificate chain and its private key, both PEM. */
  public record TlsFiles(Path certificate, Path key) {}
}
