/** How the rest of the program sees a cluster and writes to it. */
@NullMarked
package io.vgpusteward.cluster;

import org.jspecify.annotations.NullMarked;
