/** {@code vgpu-steward snapshot}: a cluster as a folder. */
@NullMarked
package io.vgpusteward.server.snapshot;

import org.jspecify.annotations.NullMarked;
