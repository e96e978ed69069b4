/**
 * What a guest gets to read: the user's cloud-init data and the licence in one document. Pure
 * functions on bytes; no Kubernetes, no I/O.
 */
@NullMarked
package io.vgpusteward.webhook.cloudinit;

import org.jspecify.annotations.NullMarked;
