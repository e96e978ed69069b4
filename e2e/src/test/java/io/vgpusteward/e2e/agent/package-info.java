/** The node agent against simulated GPUs. */
@NullMarked
package io.vgpusteward.e2e.agent;

import org.jspecify.annotations.NullMarked;
