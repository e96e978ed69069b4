package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.e2e.product.Inventory.Card;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Nodes;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/**
 * What the extender makes of inventories, through a real kube-scheduler. The nodes are objects
 * only, and each test has its own.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExtenderRulesIT {
  private static final String RESOURCE = "nvidia.com/L40S-24Q";
  private static final String A = "0000:41:00.0";
  private static final String B = "0000:c1:00.0";

  private final Rig rig;
  private final ExtenderSetup setup;
  private String test = "";
  private Placements vms;

  ExtenderRulesIT(Rig rig) {
    this.rig = rig;
    this.setup = ExtenderSetup.install(rig);
    this.vms = new Placements(rig, test);
  }

  @BeforeEach
  void tenant(TestInfo info) {
    test =
        info.getTestMethod().orElseThrow().getName().replaceAll("_.*", "").toLowerCase(Locale.ROOT);
    vms = new Placements(rig, test);
  }

  @AfterAll
  void uninstall() {
    setup.close();
  }

  @Test
  void binpack_fillsANodeFirst_andSpreadTheEmptierOne() {
    publish(
        Inventory.of("left", Card.of(A, "L40S-12Q", "L40S-12Q", "L40S-12Q", "L40S-12Q")),
        Inventory.of("right", Card.of(A, "L40S-12Q", "L40S-12Q", "L40S-12Q", "L40S-12Q")));
    Set<String> packed = new TreeSet<>();
    for (String vm : List.of("packed-1", "packed-2", "packed-3")) {
      vms.start(vm, "L40S-12Q");
      packed.add(vms.awaitNode(vm));
    }
    assertThat(packed).hasSize(1);

    try (Replica spreading =
        setup.startAnother("vgpu-steward-spread", "--placement-strategy=spread")) {
      setup.relay().lead(List.of(spreading.extenderPort()));
      vms.start("spread", "L40S-12Q");
      assertThat(vms.awaitNode("spread")).isNotIn(packed);
    } finally {
      setup.relay().lead(List.of(setup.product().extenderPort()));
    }
  }

  /** The kubelet picks the function, so no node of both profiles is safe for either. */
  @Test
  void mixedNode_isPassedOver() {
    publish(
        Inventory.of(
            "mixed", Card.of(A, "L40S-24Q", "L40S-24Q"), Card.of(B, "L40S-12Q", "L40S-12Q")));
    vms.start("guest", "L40S-24Q");
    vms.awaitRefusal(
        "guest", "may pick a device without L40S-24Q", "0000:c1:00.4 carries L40S-12Q");

    publish(Inventory.of("pure", Card.of(A, "L40S-24Q", "L40S-24Q")));
    setup.inventories().wake(name("pure"));
    assertThat(vms.awaitNode("guest")).isEqualTo(name("pure"));
  }

  @Test
  void passedThroughCard_makesANodeUnsafe_asDoStaleDevices() {
    Inventory both =
        Inventory.of("whole", Card.of(A, "L40S-24Q", "L40S-24Q"), Card.passedThrough(B));
    create(both, 3);
    Inventory stale = Inventory.of("stale", Card.of(A, "L40S-24Q", "none"));
    create(stale, 2);
    setup.inventories().publish(named(both), named(stale));

    vms.start("guest", "L40S-24Q");

    vms.awaitRefusal("guest", "0000:c1:00.0 is passed through whole", "gives out 2 of", "stale");
    assertThat(vms.placed()).isEmpty();
  }

  @Test
  void inventoryOfADeadAgent_isNotBelieved_untilItIsBack() {
    Inventory inventory = Inventory.of("silent", Card.of(A, "L40S-24Q", "L40S-24Q"));
    create(inventory, 2);
    setup.inventories().publish(named(inventory));
    setup
        .inventories()
        .heartbeat(List.of(name("silent")), Instant.now().minus(Duration.ofHours(1)));
    vms.start("guest", "L40S-24Q");
    vms.awaitRefusal("guest", "VgpuNode " + name("silent") + " is not fresh");

    setup.inventories().heartbeat(List.of(name("silent")), Instant.now());
    Wait.until(
        "the sign of life is seen, which takes ten seconds at most",
        () -> {
          setup.inventories().wake(name("silent"));
          return vms.placed().containsKey("guest");
        });
    assertThat(vms.awaitNode("guest")).isEqualTo(name("silent"));
  }

  @Test
  void inventoryThatIsGone_leavesMachinesWaiting() {
    Inventory inventory = Inventory.of("bare", Card.of(A, "L40S-24Q", "L40S-24Q"));
    publish(inventory);
    setup.inventories().retract(name("bare"));
    vms.start("guest", "L40S-24Q");
    vms.awaitRefusal("guest", "there is no VgpuNode " + name("bare"));

    setup.inventories().publish(named(inventory));
    setup.inventories().wake(name("bare"));
    assertThat(vms.awaitNode("guest")).isEqualTo(name("bare"));
  }

  @Test
  void changingNode_isPassedOver_untilItHasSettled() {
    Card card = Card.of(A, "L40S-24Q", "L40S-24Q");
    publish(Inventory.of("busy", card.changing()));
    vms.start("guest", "L40S-24Q");
    vms.awaitRefusal("guest", "is about to change 0000:41:00.4");

    setup.inventories().publish(named(Inventory.of("busy", card)));
    setup.inventories().wake(name("busy"));
    assertThat(vms.awaitNode("guest")).isEqualTo(name("busy"));
  }

  /** With nodes that offer what carries something, as KubeVirt does. */
  private void publish(Inventory... inventories) {
    Arrays.stream(inventories).forEach(inventory -> create(inventory, inventory.carrying()));
    setup.inventories().publish(Arrays.stream(inventories).map(this::named).toList());
  }

  private void create(Inventory inventory, int offered) {
    Nodes.create(
        rig.kubectl(),
        name(inventory.node()),
        Map.of("test", test),
        Map.of(RESOURCE, Integer.toString(offered)));
  }

  private Inventory named(Inventory inventory) {
    return new Inventory(name(inventory.node()), inventory.cards(), inventory.notAdvertised());
  }

  private String name(String node) {
    return test + "-" + node;
  }
}
