/** Logs, which go to stderr: stdout belongs to results. */
@NullMarked
package io.vgpusteward.server.logging;

import org.jspecify.annotations.NullMarked;
