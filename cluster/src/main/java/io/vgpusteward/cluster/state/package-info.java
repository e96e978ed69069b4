/** The state of a cluster in the making, and how it becomes a view. Both clusters feed it. */
@NullMarked
package io.vgpusteward.cluster.state;

import org.jspecify.annotations.NullMarked;
