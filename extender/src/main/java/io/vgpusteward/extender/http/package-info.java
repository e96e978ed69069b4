/** The paths that kube-scheduler posts to, on the router of an HTTPS server. */
@NullMarked
package io.vgpusteward.extender.http;

import org.jspecify.annotations.NullMarked;
