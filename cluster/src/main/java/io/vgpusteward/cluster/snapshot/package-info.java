/** Objects of a cluster without what is secret, and a folder that holds them. */
@NullMarked
package io.vgpusteward.cluster.snapshot;

import org.jspecify.annotations.NullMarked;
