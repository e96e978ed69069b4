/** The domain of NVIDIA vGPU: profiles, permitted devices, GPUs. Pure functions and values. */
@NullMarked
package io.vgpusteward.vgpu;

import org.jspecify.annotations.NullMarked;
