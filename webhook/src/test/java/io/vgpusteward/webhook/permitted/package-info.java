@NullMarked
package io.vgpusteward.webhook.permitted;

import org.jspecify.annotations.NullMarked;
