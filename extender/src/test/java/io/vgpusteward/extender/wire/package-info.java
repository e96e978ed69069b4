@NullMarked
package io.vgpusteward.extender.wire;

import org.jspecify.annotations.NullMarked;
