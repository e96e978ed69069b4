/**
 * What is injected into a guest that asks for a vGPU: decisions over JSON trees, without I/O, so
 * that fields this program has never heard of survive.
 */
@NullMarked
package io.vgpusteward.webhook.injection;

import org.jspecify.annotations.NullMarked;
