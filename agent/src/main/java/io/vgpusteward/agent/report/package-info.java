/** What an agent says of its node, before it is written down for anybody. */
@NullMarked
package io.vgpusteward.agent.report;

import org.jspecify.annotations.NullMarked;
