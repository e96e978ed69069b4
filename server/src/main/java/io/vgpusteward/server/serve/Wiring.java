package io.vgpusteward.server.serve;

import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.server.config.ClusterConfiguration;
import io.vgpusteward.server.config.ServeConfiguration;
import java.util.function.Function;

/**
 * How a configuration becomes a cluster and the features that work on it.
 *
 * @param cluster opens the cluster; it may do I/O, and need not wait for the first full view
 */
public record Wiring(
    Function<ClusterConfiguration, Cluster> cluster,
    Function<ServeConfiguration, Features> features) {}
