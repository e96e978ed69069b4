@NullMarked
package io.vgpusteward.webhook.sweep;

import org.jspecify.annotations.NullMarked;
