@NullMarked
package io.vgpusteward.extender.explain;

import org.jspecify.annotations.NullMarked;
