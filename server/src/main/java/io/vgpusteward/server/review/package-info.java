/** {@code vgpu-steward review}: what admission would make of manifests. */
@NullMarked
package io.vgpusteward.server.review;

import org.jspecify.annotations.NullMarked;
