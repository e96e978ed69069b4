/** The GPUs of one node, as the kernel's sysfs shows them. */
@NullMarked
package io.vgpusteward.agent.sysfs;

import org.jspecify.annotations.NullMarked;
