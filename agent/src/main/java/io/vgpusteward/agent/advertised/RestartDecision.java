package io.vgpusteward.agent.advertised;

import java.time.Instant;

/** Whether to restart virt-handler. */
public sealed interface RestartDecision {
  /** There is nothing that a restart would cure. */
  record Needless() implements RestartDecision {}

  /**
   * Not now.
   *
   * @param why in words
   * @param lookAgain when it may be different
   */
  record Later(String why, Instant lookAgain) implements RestartDecision {}

  /**
   * Not for this cause, any more.
   *
   * @param why in words, to be said once
   */
  record Tried(String why) implements RestartDecision {}

  /**
   * Now.
   *
   * @param pod to be deleted; its DaemonSet makes another
   * @param record to be kept, before anything else is done
   * @param words for an Event on the Node; at most 1,024 characters
   */
  record Now(VirtHandler pod, Restarted record, String words) implements RestartDecision {
    /**
     * Does it. The record is kept first: an agent that is killed in between has restarted once too
     * rarely and not twice.
     */
    public void carryOut(RestartPort port) {
      port.remember(record);
      if (port.delete(pod)) {
        port.say(words);
      }
    }
  }
}
