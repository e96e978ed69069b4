@NullMarked
package io.vgpusteward.agent.config;

import org.jspecify.annotations.NullMarked;
