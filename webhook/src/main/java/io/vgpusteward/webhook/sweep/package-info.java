/**
 * Finds the guests that slipped through admission: older than this program, created while its hook
 * was down, or edited around it.
 */
@NullMarked
package io.vgpusteward.webhook.sweep;

import org.jspecify.annotations.NullMarked;
