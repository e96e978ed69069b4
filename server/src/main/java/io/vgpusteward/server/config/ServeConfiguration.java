package io.vgpusteward.server.config;

import io.vgpusteward.webhook.guest.Placement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code serve} was told, complete and checked.
 *
 * @param cluster the folder that is the cluster; empty for a real one
 * @param kubeconfig the file to reach a real cluster with; empty for the usual places
 * @param context the context of the kubeconfig; empty for its current one
 * @param listen where admission is served, by HTTPS
 * @param metricsListen where metrics and health are served, by HTTP
 * @param tls the files of the server's certificate; empty for one of our own making
 * @param namespace the namespace of the release, where the cluster's default licence is
 * @param schedulerName what is injected into virtual machines that name no scheduler
 * @param controller whether this process writes the Secrets of virtual machines
 * @param shutdownGrace how long requests in flight may take to finish at the end
 * @param userSecretPoll how often users' Secrets are looked at for changes
 */
public record ServeConfiguration(
    Optional<Path> cluster,
    Optional<Path> kubeconfig,
    Optional<String> context,
    HostPort listen,
    HostPort metricsListen,
    Optional<TlsFiles> tls,
    String namespace,
    Placement placement,
    Optional<String> schedulerName,
    boolean controller,
    Duration shutdownGrace,
    Duration userSecretPoll) {
  /** A certificate chain and its private key, both PEM. */
  public record TlsFiles(Path certificate, Path key) {}
}
