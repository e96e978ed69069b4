/** Tests with real files, real sockets and real TLS. */
@NullMarked
package io.vgpusteward.server.review;

import org.jspecify.annotations.NullMarked;
