@NullMarked
package io.vgpusteward.webhook.guard;

import org.jspecify.annotations.NullMarked;
