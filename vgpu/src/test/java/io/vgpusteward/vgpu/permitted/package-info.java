@NullMarked
package io.vgpusteward.vgpu.permitted;

import org.jspecify.annotations.NullMarked;
