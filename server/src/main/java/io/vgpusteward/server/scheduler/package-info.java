/** {@code vgpu-steward scheduler-config}: what kube-scheduler has to know to ask this program. */
@NullMarked
package io.vgpusteward.server.scheduler;

import org.jspecify.annotations.NullMarked;
