package io.vgpusteward.agent;

import io.vgpusteward.agent.report.NodeReport;
import java.time.Instant;

/**
 * Where an agent makes known what it has found. Calls block until the cluster has it, and throw
 * {@link UnavailableException} when it does not take it.
 */
public interface Publisher {
  /** What an agent of this node published before this one. */
  LastWords last() throws InterruptedException;

  /** Says that the agent is alive. */
  void heartbeat(Instant now) throws InterruptedException;

  /**
   * Publishes the report in place of the last one.
   *
   * @return a short word that differs whenever what is published does
   */
  String report(NodeReport report) throws InterruptedException;

  /** Whether what was published is still there as it was, as far as is known. It does not block. */
  boolean isIntact();

  /** Gives the Node just these marks, and takes any other of this kind away. */
  void mark(NodeMarks marks) throws InterruptedException;

  /** Takes all of it away again. */
  void retract() throws InterruptedException;
}
