package io.vgpusteward.agent;

import io.vgpusteward.agent.claim.Reading;
import io.vgpusteward.agent.sysfs.Host;
import java.util.List;
import java.util.Optional;

/** The cluster as the agent of one node sees it. */
public interface NodeCluster {
  /** The newest; empty until all of it was seen once. It does not block. */
  Optional<ClusterFacts> facts();

  /** What is not seen yet, or cannot be followed now, in words; for logs and people. */
  List<String> missing();

  /** Who has the host's functions, as far as is known here. It may ask the kubelet. */
  Reading claims(Host host);

  /**
   * The same, with the pods that the API server has at this moment: no pod that was bound to the
   * node before the call is missing.
   *
   * @throws UnavailableException when the API server does not say
   */
  Reading claimsNow(Host host) throws InterruptedException;
}
