/**
 * Kubernetes objects as JSON trees, reduced to what this program needs of them. Both clusters read
 * with it.
 */
@NullMarked
package io.vgpusteward.cluster.object;

import org.jspecify.annotations.NullMarked;
