@NullMarked
package io.vgpusteward.webhook.license;

import org.jspecify.annotations.NullMarked;
