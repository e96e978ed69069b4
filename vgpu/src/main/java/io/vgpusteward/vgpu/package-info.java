/** The domain of NVIDIA vGPU: profiles and permitted devices. Pure functions and values. */
@NullMarked
package io.vgpusteward.vgpu;

import org.jspecify.annotations.NullMarked;
