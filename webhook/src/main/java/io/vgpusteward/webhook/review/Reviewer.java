package io.vgpusteward.webhook.review;

import io.vgpusteward.cluster.ClusterView;

/**
 * Answers reviews. It reads the view and computes: it is called on event loops, from several
 * threads at once, and must not block.
 */
@FunctionalInterface
public interface Reviewer {
  /**
   * The decision; the review's objects are not changed. Never throws for what a user wrote.
   *
   * @param view the cluster as it is known now; it may not be ready
   */
  Decision decide(Review review, ClusterView view);
}
