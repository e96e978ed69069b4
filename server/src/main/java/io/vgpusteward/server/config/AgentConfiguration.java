package io.vgpusteward.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code agent} was told, complete and checked.
 *
 * @param node the name of the Node
 * @param sysfs where the node's sysfs is
 * @param kubeletSocket where the kubelet says who has which device; empty for not to be asked
 * @param profiles the name of the ConfigMap in the release's namespace
 * @param settle how long a placement that was decided before an announcement may take to arrive
 * @param interval how often sysfs is looked at where nothing happens
 * @param work what is to be done
 * @param restartVirtHandler whether virt-handler of the node may be restarted where that helps
 * @param virtHandlerPatience how long virt-handler may take to offer what it has found
 * @param listen where metrics and health are served, by HTTP; empty for nowhere
 */
public record AgentConfiguration(
    ClusterConfiguration cluster,
    String node,
    Path sysfs,
    Optional<Path> kubeletSocket,
    String profiles,
    Duration settle,
    Duration interval,
    Work work,
    boolean restartVirtHandler,
    Duration virtHandlerPatience,
    Optional<HostPort> listen) {
  /** What is to be done. */
  public enum Work {
    /** All of it, until a signal comes. */
    RUN,
    /** All of it, until nothing is left to do. */
    ONCE,
    /** Show what would be done. */
    PLAN,
    /** Take away what an agent published of the node. */
    CLEANUP
  }
}
