/** What to write to which virtual function, and when; nothing here reads or writes anything. */
@NullMarked
package io.vgpusteward.agent.reconcile;

import org.jspecify.annotations.NullMarked;
