/** {@code vgpu-steward explain}. */
@NullMarked
package io.vgpusteward.server.explain;

import org.jspecify.annotations.NullMarked;
