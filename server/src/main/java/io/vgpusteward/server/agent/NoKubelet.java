package io.vgpusteward.server.agent;

import io.vgpusteward.agent.podresources.PodResources;
import io.vgpusteward.vgpu.ResourceName;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Stands where there is no kubelet to ask. */
final class NoKubelet implements PodResources {
  @Override
  public boolean isThere() {
    return false;
  }

  @Override
  public List<PodDevices> pods() {
    return List.of();
  }

  @Override
  public Map<ResourceName, Set<String>> devices() {
    return Map.of();
  }
}
