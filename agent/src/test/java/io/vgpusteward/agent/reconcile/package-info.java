@NullMarked
package io.vgpusteward.agent.reconcile;

import org.jspecify.annotations.NullMarked;
