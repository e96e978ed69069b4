/**
 * Rules about a change of KubeVirt's permitted list and of the gate that host devices need: what is
 * lost, what was never possible, what is in use. Pure functions over values.
 *
 * <p>A change is judged by content, never by position: order, letter case of selectors and what was
 * wrong before the change are no findings. What KubeVirt does was read in v1.9: {@code
 * pkg/virt-handler/device-manager} and {@code pkg/virt-controller/services/renderresources.go}.
 */
@NullMarked
package io.vgpusteward.vgpu.permitted;

import org.jspecify.annotations.NullMarked;
