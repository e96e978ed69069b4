/** A cluster that stays, to play with. */
@NullMarked
package io.vgpusteward.e2e.up;

import org.jspecify.annotations.NullMarked;
