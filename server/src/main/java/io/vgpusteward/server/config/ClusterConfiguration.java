package io.vgpusteward.server.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which cluster is meant, complete and checked.
 *
 * @param folder the folder that is the cluster; empty for a real one
 * @param kubeconfig the file to reach a real cluster with; empty for the usual places
 * @param context the context of the kubeconfig; empty for its current one
 * @param namespace the namespace of the release, where the cluster's default licence is
 */
public record ClusterConfiguration(
    Optional<Path> folder, Optional<Path> kubeconfig, Optional<String> context, String namespace) {}
