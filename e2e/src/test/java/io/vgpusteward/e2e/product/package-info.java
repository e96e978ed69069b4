/** The program as its users run it, in a cluster of its own: what becomes of what they apply. */
@NullMarked
package io.vgpusteward.e2e.product;

import org.jspecify.annotations.NullMarked;
