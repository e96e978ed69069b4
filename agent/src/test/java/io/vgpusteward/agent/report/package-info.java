@NullMarked
package io.vgpusteward.agent.report;

import org.jspecify.annotations.NullMarked;
