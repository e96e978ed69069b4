package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Gpu;
import io.vgpusteward.e2e.rig.Gpus;
import io.vgpusteward.e2e.rig.NodePod;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.SimulatedNode;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Kubernetes and KubeVirt alone, without the product: a guest that asks for 24 GiB of GPU memory
 * gets a function with 12.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
final class StockSchedulerIT {
  private static final String CARD = "0000:41:00.0";
  private static final Gpu L40S = Gpu.of("L40S", CARD).withVfs(4);

  private final Rig rig;

  StockSchedulerIT(Rig rig) {
    this.rig = rig;
  }

  /** There are two honest functions for three guests; which ones get them is Kubernetes' choice. */
  @Test
  void thirdOfThreeMachines_landsOnANodeWithoutItsProfile() {
    try (SimulatedNode honest =
            SimulatedNode.start(rig, "stock-honest", Gpus.of(L40S.withTypes(1155, 1155)));
        SimulatedNode lying =
            SimulatedNode.start(
                rig, "stock-lying", Gpus.of(L40S.withTypes(1153, 1153, 1153, 1153)))) {
      Wait.until("the honest node offers two", () -> offers(honest, "2"));
      Wait.until("the other one offers four", () -> offers(lying, "4"));
      Tenant tenant = new Tenant(rig);

      for (String name : List.of("first", "second", "third")) {
        tenant.apply(Manifest.of("vm-spelled-out.yaml").replace("${NAME}", name));
      }

      Wait.until(
          "all three run",
          () -> launchers(tenant, honest).count() + launchers(tenant, lying).count() == 3);
      assertThat(launchers(tenant, lying)).isNotEmpty();
      NodePod wrong = launchers(tenant, lying).findFirst().orElseThrow();
      String function =
          wrong.container("compute").environment().get("PCI_RESOURCE_NVIDIA_COM_L40S-24Q");
      assertThat(SysfsInventory.of(lying).cards().getFirst().functions())
          .filteredOn(one -> one.busId().equals(function))
          .singleElement()
          .satisfies(one -> assertThat(one.carries()).contains("L40S-12Q"));
      assertThat(tenant.list("vmi").valueStream().map(StockSchedulerIT::phase))
          .containsOnly("Scheduled");
    }
  }

  private static boolean offers(SimulatedNode node, String count) {
    return node.allocatable("nvidia.com/L40S-24Q").filter(count::equals).isPresent();
  }

  private static Stream<NodePod> launchers(Tenant tenant, SimulatedNode node) {
    return node.pods().stream()
        .filter(pod -> pod.namespace().equals(tenant.namespace()))
        .filter(pod ->
            pod.containers().stream()
                .anyMatch(one -> one.name().equals("compute") && one.state().equals("running")));
  }

  private static String phase(JsonNode instance) {
    return instance.at("/status/phase").asText();
  }
}
