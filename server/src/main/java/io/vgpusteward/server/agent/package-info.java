/** {@code vgpu-steward agent}: the node agent on a cluster, or on a folder that is one. */
@NullMarked
package io.vgpusteward.server.agent;

import org.jspecify.annotations.NullMarked;
