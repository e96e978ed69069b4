@NullMarked
package io.vgpusteward.server.release;

import org.jspecify.annotations.NullMarked;
