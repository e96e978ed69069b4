package io.vgpusteward.agent;

/** Events on the Node of this agent. */
public interface EventLog {
  /**
   * Records one. Does not throw: an Event that cannot be written is logged.
   *
   * @param reason a word in CamelCase, for programs
   * @param note what happened and what to do, up to 1,024 characters
   */
  void record(boolean warning, String reason, String note) throws InterruptedException;
}
