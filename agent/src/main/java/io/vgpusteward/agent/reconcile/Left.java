package io.vgpusteward.agent.reconcile;

/**
 * What a function carried that was emptied on its way to something else.
 *
 * @param type the number of that
 * @param goal what was configured then
 * @param isGivenBack whether it has had it again since; that is done once, or it would go on for
 *     ever where the driver's lists mislead
 */
public record Left(long type, String goal, boolean isGivenBack) {}
