package io.vgpusteward.server.review;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.server.review.ReviewFinding.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * What became of a manifest.
 *
 * @param concerned whether anybody reviews its kind
 * @param stored the object as it would be stored; empty where it would not be
 */
record Reviewed(
    Manifest manifest,
    Subject object,
    boolean concerned,
    Optional<ObjectNode> stored,
    List<ReviewFinding> findings) {
  Reviewed {
    findings = List.copyOf(findings);
  }

  boolean has(Verdict verdict) {
    return findings.stream().anyMatch(finding -> finding.verdict() == verdict);
  }

  boolean isChanged() {
    return stored.filter(object -> !object.equals(manifest.object())).isPresent();
  }
}
