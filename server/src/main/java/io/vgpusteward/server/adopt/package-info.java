/** {@code vgpu-steward adopt}: has guests managed that slipped through admission. */
@NullMarked
package io.vgpusteward.server.adopt;

import org.jspecify.annotations.NullMarked;
