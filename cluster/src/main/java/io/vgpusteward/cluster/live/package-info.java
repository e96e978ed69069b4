/** A cluster that is a Kubernetes API server. */
@NullMarked
package io.vgpusteward.cluster.live;

import org.jspecify.annotations.NullMarked;
