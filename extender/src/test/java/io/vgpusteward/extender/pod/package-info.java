@NullMarked
package io.vgpusteward.extender.pod;

import org.jspecify.annotations.NullMarked;
