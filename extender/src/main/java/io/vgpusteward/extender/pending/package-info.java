/** Tells the owners of virtual machines that find no node why, and what would help. */
@NullMarked
package io.vgpusteward.extender.pending;

import org.jspecify.annotations.NullMarked;
