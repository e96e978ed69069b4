package io.vgpusteward.server.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * The objects that the agent of one node follows. None of these calls blocks but {@link #podsNow};
 * the trees are shared, and nobody may change them.
 */
interface NodeObjects extends AutoCloseable {
  /** What is not seen yet, in words; all else may be asked once there is nothing. */
  List<String> missing();

  /** The ConfigMap of profiles. */
  Optional<ObjectNode> profiles();

  /** The KubeVirt CRs of the cluster. */
  List<ObjectNode> kubeVirts();

  /** The Node of this agent. */
  Optional<ObjectNode> node();

  /** What is published of it. */
  Optional<ObjectNode> vgpuNode();

  /** The pods that are bound to it. */
  List<ObjectNode> pods();

  /**
   * The same as the API server has it at this moment.
   *
   * @throws io.vgpusteward.agent.UnavailableException when it does not say
   */
  List<ObjectNode> podsNow() throws InterruptedException;

  @Override
  void close();
}
