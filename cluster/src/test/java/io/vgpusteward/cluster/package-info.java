@NullMarked
package io.vgpusteward.cluster;

import org.jspecify.annotations.NullMarked;
