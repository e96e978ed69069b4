package io.vgpusteward.agent.report;

import io.vgpusteward.vgpu.AdvertisedReasons;
import io.vgpusteward.vgpu.NodeInventory;
import java.util.List;
import java.util.Optional;

/**
 * All that an agent says of its node.
 *
 * @param conditions Ready, ConfigValid and Advertised, in this order
 * @param gpus by address
 */
public record NodeReport(List<Condition> conditions, List<GpuReport> gpus) {
  public NodeReport {
    conditions = List.copyOf(conditions);
    gpus = List.copyOf(gpus);
  }

  /** The condition of a type. */
  public Optional<Condition> condition(Condition.Topic type) {
    return conditions.stream().filter(condition -> condition.type() == type).findFirst();
  }

  /** All virtual functions, GPU by GPU. */
  public List<VfReport> vfs() {
    return gpus.stream().flatMap(gpu -> gpu.vfs().stream()).toList();
  }

  /** As those who place virtual machines read it. */
  public NodeInventory inventory(String node) {
    Optional<Condition> ready = condition(Condition.Topic.Ready);
    return new NodeInventory(
        node,
        ready.filter(it -> it.status() == Condition.Status.True).isPresent(),
        ready.map(Condition::message),
        condition(Condition.Topic.Advertised)
            .filter(it -> it.status() == Condition.Status.False)
            .filter(it -> AdvertisedReasons.mayMislead(it.reason()))
            .map(Condition::message),
        gpus.stream().map(GpuReport::gpu).toList());
  }
}
