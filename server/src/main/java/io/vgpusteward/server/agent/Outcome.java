package io.vgpusteward.server.agent;

import io.vgpusteward.agent.Look;
import io.vgpusteward.agent.report.Condition;
import io.vgpusteward.vgpu.Vf;
import java.util.Set;
import java.util.stream.Collectors;

/** What a look comes to, as an exit status of the process. */
enum Outcome {
  /** Every virtual function carries what is configured for it. */
  AS_CONFIGURED(0),
  /** Something is to change, and waits for its holder to let go. */
  WAITING(3),
  /** Something is configured that cannot be had or cannot be understood. */
  IMPOSSIBLE(4),
  /** Something is to be changed, and has not been. */
  TO_BE_CHANGED(5);

  private final int status;

  Outcome(int status) {
    this.status = status;
  }

  int status() {
    return status;
  }

  /** Of several the one that needs a person most. */
  static Outcome of(Look look) {
    Set<Vf.State> states =
        look.report().vfs().stream().map(vf -> vf.state()).collect(Collectors.toSet());
    boolean isUnderstood =
        look.finding().problems().isEmpty()
            && look.report().conditions().stream()
                .filter(condition -> condition.type() == Condition.Topic.Ready)
                .allMatch(condition -> condition.status() == Condition.Status.True);
    if (!isUnderstood || states.contains(Vf.State.Failed) || states.contains(Vf.State.Unknown)) {
      return IMPOSSIBLE;
    }
    if (states.contains(Vf.State.Changing)) {
      return TO_BE_CHANGED;
    }
    return states.contains(Vf.State.Pending) ? WAITING : AS_CONFIGURED;
  }
}
