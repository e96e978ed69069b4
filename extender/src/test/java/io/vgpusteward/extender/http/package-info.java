@NullMarked
package io.vgpusteward.extender.http;

import org.jspecify.annotations.NullMarked;
