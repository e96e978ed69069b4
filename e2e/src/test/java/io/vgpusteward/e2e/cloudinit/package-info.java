/**
 * What real cloud-init makes of the user data that we compose. Needs root, for chroot and mounts.
 */
@NullMarked
package io.vgpusteward.e2e.cloudinit;

import org.jspecify.annotations.NullMarked;
