package io.vgpusteward.agent.advertised;

import java.time.Instant;
import java.util.Optional;

/**
 * The virt-handler pod of this node: the one with label {@code kubevirt.io=virt-handler} in the
 * namespace of the KubeVirt CR that is not being deleted.
 *
 * @param started when its container was started last, later than the pod where that restarted;
 *     empty while it does not run
 */
public record VirtHandler(String namespace, String pod, String uid, Optional<Instant> started) {
  @Override
  public String toString() {
    return "pod " + namespace + "/" + pod;
  }
}
