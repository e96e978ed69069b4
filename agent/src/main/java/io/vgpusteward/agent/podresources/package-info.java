/** Which devices the kubelet has, and to which pods it gave them. */
@NullMarked
package io.vgpusteward.agent.podresources;

import org.jspecify.annotations.NullMarked;
