/** Admission of virtual machines. */
@NullMarked
package io.vgpusteward.webhook;

import org.jspecify.annotations.NullMarked;
