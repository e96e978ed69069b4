/** Certificates and private keys: made, read, checked and watched. */
@NullMarked
package io.vgpusteward.certs;

import org.jspecify.annotations.NullMarked;
