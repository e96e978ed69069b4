/**
 * What a virtual machine asks for and what is injected into it: decisions over JSON trees, without
 * I/O, so that fields this program has never heard of survive.
 */
@NullMarked
package io.vgpusteward.webhook.guest;

import org.jspecify.annotations.NullMarked;
