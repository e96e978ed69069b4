/** {@code vgpu-steward release}: takes placement out of virtual machines, for a life without us. */
@NullMarked
package io.vgpusteward.server.release;

import org.jspecify.annotations.NullMarked;
