@NullMarked
package io.vgpusteward.server.scheduler;

import org.jspecify.annotations.NullMarked;
