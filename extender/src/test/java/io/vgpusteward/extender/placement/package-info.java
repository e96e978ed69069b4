@NullMarked
package io.vgpusteward.extender.placement;

import org.jspecify.annotations.NullMarked;
