@NullMarked
package io.vgpusteward.agent;

import org.jspecify.annotations.NullMarked;
