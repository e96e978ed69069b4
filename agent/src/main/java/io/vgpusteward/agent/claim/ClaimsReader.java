package io.vgpusteward.agent.claim;

import io.vgpusteward.agent.podresources.PodResources;
import io.vgpusteward.agent.podresources.PodResources.PodDevices;
import io.vgpusteward.agent.podresources.PodResourcesException;
import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.IommuGroups;
import io.vgpusteward.vgpu.PermittedDevices;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Asks the kubelet and the API server who has what. */
public final class ClaimsReader {
  private final PodResources kubelet;
  private final NodePods pods;
  private final Supplier<PermittedDevices> permitted;
  private final IommuGroups groups;

  /**
   * A reader.
   *
   * @param permitted KubeVirt's permitted list as it is known now; it does not block
   */
  public ClaimsReader(
      PodResources kubelet,
      NodePods pods,
      Supplier<PermittedDevices> permitted,
      IommuGroups groups) {
    this.kubelet = kubelet;
    this.pods = pods;
    this.permitted = permitted;
    this.groups = groups;
  }

  /**
   * Who has the host's functions now. Blocks for as long as the kubelet may take, never fails, and
   * knows every pod that {@link NodePods} knows when this returns.
   */
  public Reading read(Host host) {
    Optional<List<PodDevices>> given = Optional.empty();
    Optional<String> problem = Optional.empty();
    if (kubelet.isThere()) {
      try {
        given = Optional.of(kubelet.pods());
      } catch (PodResourcesException silent) {
        problem = Optional.ofNullable(silent.getMessage());
      }
    }
    // The pods after the kubelet: one that came in between is then one that awaits its device.
    Claims claims =
        new Claiming(host, groups.read(), new Wishes(permitted.get())).claims(pods.pods(), given);
    return new Reading(claims, problem);
  }
}
