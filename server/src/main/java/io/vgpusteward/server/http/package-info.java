/** The two listeners: admission by HTTPS, metrics and health by HTTP on a port of their own. */
@NullMarked
package io.vgpusteward.server.http;

import org.jspecify.annotations.NullMarked;
