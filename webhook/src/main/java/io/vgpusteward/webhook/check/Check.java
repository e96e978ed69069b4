package io.vgpusteward.webhook.check;

import io.vgpusteward.webhook.policy.Finding;
import java.util.List;

/**
 * Looks for breaches of one or a few rules in a guest that asks for a vGPU or a licence. A pure
 * function; what the user wrote never makes it throw.
 *
 * <p>Messages name fields without the index of a list's item: a breach that was there before an
 * update must read the same after it, whatever the update has moved.
 */
@FunctionalInterface
interface Check {
  List<Finding> of(Subject subject);
}
