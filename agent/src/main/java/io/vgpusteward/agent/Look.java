package io.vgpusteward.agent;

import io.vgpusteward.agent.report.Finding;
import io.vgpusteward.agent.report.NodeReport;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;

/**
 * One look at a node, and what came of it.
 *
 * @param advertised the diagnosis of the finding, and what it is of
 * @param labels the profiles that the Node deserves the label of
 * @param claimsProblem why the kubelet did not say who has what, where it did not
 * @param isSettled whether there is nothing left to do until something changes, and all that was
 *     found is published
 * @param next when the next look is due
 */
public record Look(
    Finding finding,
    Doctor.Found advertised,
    NodeReport report,
    SortedSet<String> labels,
    Optional<String> claimsProblem,
    boolean isSettled,
    Instant next) {
  Look settled(boolean settled) {
    return new Look(finding, advertised, report, labels, claimsProblem, settled, next);
  }
}
