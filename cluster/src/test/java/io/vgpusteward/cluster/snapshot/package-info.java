@NullMarked
package io.vgpusteward.cluster.snapshot;

import org.jspecify.annotations.NullMarked;
