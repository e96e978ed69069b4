package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.sysfs.RefusedException;
import java.time.Instant;
import java.util.Optional;

/**
 * The last write to a virtual function that did not do what it should, or of which nobody has seen
 * yet whether it did.
 *
 * @param type what was written
 * @param goal what was configured then; with another goal it counts no longer
 * @param refusal how the driver refused it; empty where it accepted it
 * @param words what the driver or the kernel said
 * @param failures how many in a row, from 1
 * @param at when it was written
 */
public record Attempt(
    long type,
    String goal,
    Optional<RefusedException.Errno> refusal,
    String words,
    int failures,
    Instant at) {}
