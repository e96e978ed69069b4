@NullMarked
package io.vgpusteward.cluster.live;

import org.jspecify.annotations.NullMarked;
