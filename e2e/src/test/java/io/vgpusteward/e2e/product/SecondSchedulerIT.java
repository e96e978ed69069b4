package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.e2e.product.Inventory.Card;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.KubeScheduler;
import io.vgpusteward.e2e.rig.Nodes;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Pki.Pair;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A second kube-scheduler beside the cluster's own, by the configuration that the program prints:
 * virtual machines with a vGPU are given to it, and no others.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
final class SecondSchedulerIT {
  private static final String SCHEDULER = "vgpu-steward-scheduler";

  private final Rig rig;

  SecondSchedulerIT(Rig rig) {
    this.rig = rig;
  }

  @Test
  void printedConfiguration_placesMachinesWithAVgpu_andLeavesOthersAlone() {
    try (Product product =
            Product.install(rig, "--placement=extender", "--scheduler-name=" + SCHEDULER);
        KubeScheduler _ = KubeScheduler.start(rig, SCHEDULER, printed(product));
        Inventories inventories = new Inventories(rig)) {
      Nodes.create(
          rig.api(), List.of(wish("second-right"), wish("second-wrong-1"), wish("second-wrong-2")));
      inventories.publish(
          Inventory.of("second-right", Card.of("0000:41:00.0", "L40S-24Q", "L40S-24Q")),
          Inventory.of("second-wrong-1", Card.of("0000:41:00.0", "L40S-12Q", "L40S-12Q")),
          Inventory.of("second-wrong-2", Card.of("0000:41:00.0", "L40S-12Q", "L40S-12Q")));
      Placements vms = new Placements(rig, "second");

      vms.start(Map.of("first", "L40S-24Q", "second", "L40S-24Q"));
      vms.tenant().apply(Manifest.of("vm-without-gpu.yaml"));

      assertThat(vms.awaitNode("first")).isEqualTo("second-right");
      assertThat(vms.awaitNode("second")).isEqualTo("second-right");
      assertThat(vms.awaitNode("plain")).startsWith("second-");
      assertThat(scheduler(vms, "first")).isEqualTo(SCHEDULER);
      assertThat(scheduler(vms, "plain")).isEqualTo("default-scheduler");
    }
  }

  private static Nodes.Wish wish(String name) {
    return new Nodes.Wish(name, Map.of("test", "second"), Map.of("nvidia.com/L40S-24Q", "2"));
  }

  private static String scheduler(Placements vms, String vm) {
    return vms.launcher(vm).at("/spec/schedulerName").asText();
  }

  /** What it prints for a scheduler outside of the cluster's network, checked by itself. */
  private String printed(Product product) {
    Pair client = rig.authority().client(SCHEDULER, List.of());
    Outcome printed =
        ProgramCommand.run(
            "scheduler-config",
            "--scheduler-name=" + SCHEDULER,
            "--namespace=" + Product.NAMESPACE,
            "--address=127.0.0.1",
            "--port=" + product.extenderPort(),
            "--ca-file=" + rig.authority().authority().certificate(),
            "--cert-file=" + client.certificate(),
            "--key-file=" + client.key(),
            "--scheduler-kubeconfig=" + KubeScheduler.kubeconfig(rig));
    assertThat(printed.err()).isEmpty();
    Outcome checked =
        ProgramCommand.run(
            "scheduler-config",
            "--check=" + file(printed.orThrow()),
            "--scheduler-name=" + SCHEDULER);
    assertThat(checked.orThrow()).contains("0 errors, 0 warnings");
    return printed.out();
  }

  private Path file(String configuration) {
    try {
      return Files.writeString(rig.data().resolve("printed.yaml"), configuration);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
