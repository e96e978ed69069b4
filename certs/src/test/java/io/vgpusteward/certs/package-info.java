/** Tests with real keys, real files and a clock that the test sets. */
@NullMarked
package io.vgpusteward.certs;

import org.jspecify.annotations.NullMarked;
