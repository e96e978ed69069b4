/**
 * The wire of kube-scheduler's extenders ({@code k8s.io/kube-scheduler/extender/v1}): arguments in,
 * answers out, as bytes of JSON.
 */
@NullMarked
package io.vgpusteward.extender.wire;

import org.jspecify.annotations.NullMarked;
