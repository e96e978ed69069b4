/** The agent of one node: what it does when, and what it needs of the world around it. */
@NullMarked
package io.vgpusteward.agent;

import org.jspecify.annotations.NullMarked;
