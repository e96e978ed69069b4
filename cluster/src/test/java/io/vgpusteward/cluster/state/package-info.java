@NullMarked
package io.vgpusteward.cluster.state;

import org.jspecify.annotations.NullMarked;
