/** What the operator wants refused, warned of or left alone. */
@NullMarked
package io.vgpusteward.webhook.policy;

import org.jspecify.annotations.NullMarked;
