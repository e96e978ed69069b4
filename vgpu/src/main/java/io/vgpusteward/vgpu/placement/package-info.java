/**
 * Whether a node's device plugins would give a pod the vGPUs that it asks for, and how well.
 *
 * <p>{@link io.vgpusteward.vgpu.placement.Verdicts} is the entry: a request, what a node has, and
 * how fresh that is, make a verdict. All of it is values and pure functions, for any thread.
 */
@NullMarked
package io.vgpusteward.vgpu.placement;

import org.jspecify.annotations.NullMarked;
