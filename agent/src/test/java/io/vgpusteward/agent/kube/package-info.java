@NullMarked
package io.vgpusteward.agent.kube;

import org.jspecify.annotations.NullMarked;
