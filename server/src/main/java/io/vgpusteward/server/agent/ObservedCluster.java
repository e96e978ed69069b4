package io.vgpusteward.server.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.agent.ClusterFacts;
import io.vgpusteward.agent.NodeCluster;
import io.vgpusteward.agent.UnavailableException;
import io.vgpusteward.agent.claim.ClaimsReader;
import io.vgpusteward.agent.claim.Reading;
import io.vgpusteward.agent.podresources.PodResources;
import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.IommuGroups;
import io.vgpusteward.vgpu.PermittedDevices;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The cluster by the objects that are followed, and by the kubelet. For one thread. */
final class ObservedCluster implements NodeCluster {
  private final NodeObjects objects;
  private final PodResources kubelet;
  private final IommuGroups groups;

  ObservedCluster(NodeObjects objects, PodResources kubelet, IommuGroups groups) {
    this.objects = objects;
    this.kubelet = kubelet;
    this.groups = groups;
  }

  @Override
  public Optional<ClusterFacts> facts() {
    return objects.missing().isEmpty() ? Optional.of(FactsReader.facts(objects)) : Optional.empty();
  }

  @Override
  public List<String> missing() {
    return objects.missing();
  }

  @Override
  public Reading claims(Host host) {
    return reader(objects::pods).read(host);
  }

  @Override
  public Reading claimsNow(Host host) {
    return reader(this::podsNow).read(host);
  }

  /** The reader asks for them after the kubelet: one that came in between is then among them. */
  private List<ObjectNode> podsNow() {
    try {
      return objects.podsNow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while the node's pods were asked for");
    }
  }

  private ClaimsReader reader(Supplier<List<ObjectNode>> pods) {
    return new ClaimsReader(kubelet, () -> FactsReader.pods(pods.get()), this::permitted, groups);
  }

  private PermittedDevices permitted() {
    return FactsReader.facts(objects).permitted();
  }
}
