/** The running program, and {@code vgpu-steward serve} that runs it. */
@NullMarked
package io.vgpusteward.server.serve;

import org.jspecify.annotations.NullMarked;
