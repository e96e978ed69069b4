/** {@code vgpu-steward nodes}. */
@NullMarked
package io.vgpusteward.server.nodes;

import org.jspecify.annotations.NullMarked;
