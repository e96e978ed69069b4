/** How commands come to see a cluster. */
@NullMarked
package io.vgpusteward.server.connect;

import org.jspecify.annotations.NullMarked;
