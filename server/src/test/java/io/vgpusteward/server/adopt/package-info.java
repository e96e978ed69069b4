@NullMarked
package io.vgpusteward.server.adopt;

import org.jspecify.annotations.NullMarked;
