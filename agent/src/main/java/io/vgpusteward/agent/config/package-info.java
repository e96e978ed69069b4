/** Which virtual function of a node is to carry what, as its operator wrote it. */
@NullMarked
package io.vgpusteward.agent.config;

import org.jspecify.annotations.NullMarked;
