/** Whether KubeVirt's device plugin offers just the virtual functions that carry something. */
@NullMarked
package io.vgpusteward.agent.advertised;

import org.jspecify.annotations.NullMarked;
