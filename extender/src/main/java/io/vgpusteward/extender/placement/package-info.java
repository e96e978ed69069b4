/** Which nodes a pod may go to, how good each is, and whom it may evict. */
@NullMarked
package io.vgpusteward.extender.placement;

import org.jspecify.annotations.NullMarked;
