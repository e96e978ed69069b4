@NullMarked
package io.vgpusteward.cluster.object;

import org.jspecify.annotations.NullMarked;
