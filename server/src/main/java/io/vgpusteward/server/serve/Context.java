package io.vgpusteward.server.serve;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vgpusteward.cluster.Cluster;

/**
 * What a running program lends to its features. They are created after the first full view of the
 * cluster, and none of this is theirs to close.
 */
public record Context(Cluster cluster, MeterRegistry metrics, Vertx vertx) {}
