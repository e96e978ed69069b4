/** The guard of the KubeVirt CR: admission of changes of its permitted list. */
@NullMarked
package io.vgpusteward.webhook.guard;

import org.jspecify.annotations.NullMarked;
