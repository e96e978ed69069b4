@NullMarked
package io.vgpusteward.agent.claim;

import org.jspecify.annotations.NullMarked;
