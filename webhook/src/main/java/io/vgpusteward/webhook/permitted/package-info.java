/**
 * Watches KubeVirt's permitted list after the fact: what was removed by acknowledgement, and what
 * machines need and the list lacks, however it came about.
 */
@NullMarked
package io.vgpusteward.webhook.permitted;

import org.jspecify.annotations.NullMarked;
