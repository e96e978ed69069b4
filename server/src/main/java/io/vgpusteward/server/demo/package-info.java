/** {@code vgpu-steward demo}: the main job on the example cluster, shown to a person. */
@NullMarked
package io.vgpusteward.server.demo;

import org.jspecify.annotations.NullMarked;
