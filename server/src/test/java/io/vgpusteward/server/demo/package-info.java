/** Tests with real files, real sockets and real TLS. */
@NullMarked
package io.vgpusteward.server.demo;

import org.jspecify.annotations.NullMarked;
