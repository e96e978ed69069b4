@NullMarked
package io.vgpusteward.server.snapshot;

import org.jspecify.annotations.NullMarked;
