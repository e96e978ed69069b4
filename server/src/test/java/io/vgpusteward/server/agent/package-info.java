@NullMarked
package io.vgpusteward.server.agent;

import org.jspecify.annotations.NullMarked;
