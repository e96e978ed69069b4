@NullMarked
package io.vgpusteward.vgpu.placement;

import org.jspecify.annotations.NullMarked;
