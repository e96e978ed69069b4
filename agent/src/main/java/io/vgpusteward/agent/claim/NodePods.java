package io.vgpusteward.agent.claim;

import java.util.List;

/** The pods that are bound to this node, all of them, as the API server said last. */
public interface NodePods {
  /**
   * Those that are known now. It does not block, and it is not asked before the API server was
   * heard for the first time: a list that is empty because nobody asked would let a function be
   * taken from its virtual machine.
   */
  List<NodePod> pods();
}
