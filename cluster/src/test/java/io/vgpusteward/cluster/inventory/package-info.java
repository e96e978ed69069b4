@NullMarked
package io.vgpusteward.cluster.inventory;

import org.jspecify.annotations.NullMarked;
