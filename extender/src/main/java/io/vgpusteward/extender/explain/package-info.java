/**
 * Why a virtual machine is where it is, or nowhere, and the one step that would help. All of it
 * reads a view and computes.
 */
@NullMarked
package io.vgpusteward.extender.explain;

import org.jspecify.annotations.NullMarked;
