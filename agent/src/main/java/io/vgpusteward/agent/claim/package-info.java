/** Who has, or is about to get, a virtual function. */
@NullMarked
package io.vgpusteward.agent.claim;

import org.jspecify.annotations.NullMarked;
