/** Cozystack's VMInstances: what they get, and what is refused where the tenant can see it. */
@NullMarked
package io.vgpusteward.webhook.vminstance;

import org.jspecify.annotations.NullMarked;
