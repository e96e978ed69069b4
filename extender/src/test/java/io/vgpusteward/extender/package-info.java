@NullMarked
package io.vgpusteward.extender;

import org.jspecify.annotations.NullMarked;
