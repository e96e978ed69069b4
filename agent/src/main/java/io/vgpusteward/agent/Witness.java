package io.vgpusteward.agent;

import io.vgpusteward.agent.report.NodeReport;

/** Is told what an agent does, for metrics; calls must not block. */
public interface Witness {
  /**
   * A look at the node has ended.
   *
   * @param badLines how many lines of the configuration cannot be followed
   */
  void looked(NodeReport report, int badLines);

  /**
   * A type was written.
   *
   * @param outcome {@code accepted}, or how it was refused: {@code EPERM}
   */
  void wrote(String outcome);

  /** The cluster did not take something, or could not be asked. */
  void unavailable();
}
