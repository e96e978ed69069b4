@NullMarked
package io.vgpusteward.agent.podresources;

import org.jspecify.annotations.NullMarked;
