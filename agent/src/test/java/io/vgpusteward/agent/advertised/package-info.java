@NullMarked
package io.vgpusteward.agent.advertised;

import org.jspecify.annotations.NullMarked;
