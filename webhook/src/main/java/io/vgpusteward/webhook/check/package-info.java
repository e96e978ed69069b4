/**
 * What is looked at in a guest before it is stored: whether it can ever run, whether its injection
 * happened, and what will hurt. Decisions over JSON trees, without I/O.
 */
@NullMarked
package io.vgpusteward.webhook.check;

import org.jspecify.annotations.NullMarked;
