/** The program {@code vgpu-steward}: its commands, and how its parts are put together. */
@NullMarked
package io.vgpusteward.server;

import org.jspecify.annotations.NullMarked;
