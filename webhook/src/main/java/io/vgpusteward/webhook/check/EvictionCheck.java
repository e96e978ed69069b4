package io.vgpusteward.webhook.check;

import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.webhook.guest.JsonTree;
import io.vgpusteward.webhook.policy.Finding;
import io.vgpusteward.webhook.policy.Rule;
import java.util.List;
import java.util.Optional;

/**
 * Whether the guest must be migrated before its node may be drained, which a vGPU rules out
 * (virt-handler/vm.go: host devices never migrate).
 */
final class EvictionCheck implements Check {
  private static final String BLOCKS = "LiveMigrate";

  @Override
  public List<Finding> of(Subject subject) {
    List<String> path = subject.guest().spec("evictionStrategy");
    String own = subject.guest().peek(path).asText();
    Optional<String> problem =
        own.equals(BLOCKS)
            ? Optional.of(JsonTree.dotted(path) + ": " + BLOCKS)
            : own.isEmpty() && isDefault(subject)
                ? Optional.of(JsonTree.dotted(path) + ": the cluster's default " + BLOCKS)
                : Optional.empty();
    return subject.request().hasVgpu()
        ? problem.stream()
            .map(what ->
                new Finding(
                    Rule.EVICTION_BLOCKED,
                    what
                        + " keeps its node from being drained, because a guest with a vGPU cannot"
                        + " migrate; set LiveMigrateIfPossible or None"))
            .toList()
        : List.of();
  }

  private static boolean isDefault(Subject subject) {
    return subject
        .view()
        .kubeVirt()
        .flatMap(KubeVirt::evictionStrategy)
        .filter(BLOCKS::equals)
        .isPresent();
  }
}
