@NullMarked
package io.vgpusteward.extender.pending;

import org.jspecify.annotations.NullMarked;
