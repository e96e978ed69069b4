/**
 * Guests as they are written: what they ask for, what was injected into them, whose they are. JSON
 * trees, without I/O.
 */
@NullMarked
package io.vgpusteward.webhook.guest;

import org.jspecify.annotations.NullMarked;
