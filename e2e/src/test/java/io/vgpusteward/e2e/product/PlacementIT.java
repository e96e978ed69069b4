package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.product.Inventory.Function;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Gpu;
import io.vgpusteward.e2e.rig.Gpus;
import io.vgpusteward.e2e.rig.NodePod;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.SimulatedNode;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * With the extender, launchers run on functions that carry their profiles. Real kubelets hand out
 * the functions of simulated GPUs; both nodes offer one resource, and carry different profiles.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PlacementIT {
  private static final String RESOURCE = "nvidia.com/L40S-24Q";
  private static final Map<String, String> LABEL = Map.of("test", "placement");
  private static final Gpu L40S = Gpu.of("L40S", "0000:41:00.0").withVfs(4);

  private final Rig rig;
  private final ExtenderSetup setup;
  private final SimulatedNode big;
  private final SimulatedNode small;
  private Placements vms;

  PlacementIT(Rig rig) {
    this.rig = rig;
    this.setup = ExtenderSetup.install(rig);
    this.big = SimulatedNode.start(rig, "carries-24q", Gpus.of(L40S.withTypes(1155, 1155)), LABEL);
    this.small =
        SimulatedNode.start(rig, "carries-12q", Gpus.of(L40S.withTypes(1153, 1153)), LABEL);
    this.vms = new Placements(rig, "placement");
  }

  @BeforeAll
  void inventories() {
    rig.kubectl().apply(Manifest.of("priorities.yaml"));
    awaitOffer(big, "2");
    awaitOffer(small, "2");
    setup.inventories().publish(SysfsInventory.of(big), SysfsInventory.of(small));
  }

  @BeforeEach
  void tenant() {
    vms = new Placements(rig, "placement");
    vms.tenant().apply(Token.FIRST.license());
  }

  /** Their functions are for the next test. */
  @AfterEach
  void deleteAll() {
    vms.tenant().ok("delete", "vm", "--all", "--timeout=100s");
    Wait.until("their launchers are gone", () -> vms.tenant().launchers().isEmpty());
  }

  @AfterAll
  void cleanUp() {
    rig.kubectl().runWith(Manifest.of("priorities.yaml"), "delete", "-f", "-").orThrow();
    big.close();
    small.close();
    setup.close();
  }

  @Test
  void machines_runWhereTheirProfilesAre_orSayWhyNot() {
    vms.start(Map.of("first", "L40S-24Q", "second", "L40S-24Q", "half", "L40S-12Q"));
    assertThat(vms.awaitNode("first")).isEqualTo(big.name());
    assertThat(vms.awaitNode("second")).isEqualTo(big.name());
    assertThat(vms.awaitNode("half")).isEqualTo(small.name());
    assertThat(awaitFunction(big, "first").carries()).contains("L40S-24Q");
    assertThat(awaitFunction(big, "second").carries()).contains("L40S-24Q");
    assertThat(awaitFunction(small, "half").carries()).contains("L40S-12Q");

    // One function of the other node is free, and the stock scheduler would take it.
    vms.start("third", "L40S-24Q");

    vms.awaitRefusal(
        "third", "Insufficient " + RESOURCE, "carries L40S-24Q", "0000:41:00.4 carries L40S-12Q");
    Wait.untilAsserted(
        "the virtual machine says so too",
        () ->
            assertThat(vms.tenant().events("third"))
                .filteredOn(event -> event.startsWith("VgpuUnschedulable: "))
                .singleElement()
                .asString()
                .contains("no node for", "L40S-24Q", big.name()));
    assertThat(vms.placed()).doesNotContainKey("third");
    assertThat(ask("explain", "third", "-n", vms.tenant().namespace()))
        .contains("VirtualMachine " + vms.tenant().namespace() + "/third asks for 1 L40S-24Q")
        .containsPattern(big.name() + " +1 L40S +2 L40S-24Q.* +2 +0 +Fits ")
        .containsPattern(small.name() + " +1 L40S +2 L40S-12Q.* +1 +1 +Lacks ")
        .contains("Next step: ", "/first", "/second");
    assertThat(ask("nodes"))
        .containsPattern(big.name() + " +1 L40S +2 L40S-24Q.* +2 +0 +fresh")
        .containsPattern(small.name() + " +1 L40S +2 L40S-12Q.* +1 +1 +fresh");
  }

  /** What the program says to a person who may see the whole cluster. */
  private String ask(String... question) {
    List<String> arguments = new ArrayList<>(List.of(question));
    arguments.add("--kubeconfig=" + rig.kubeconfig("administrator", List.of("system:masters")));
    return ProgramCommand.run(arguments.toArray(String[]::new)).orThrow();
  }

  @Test
  void machineThatWaits_isPlacedOnceAnInventorySaysWhere() {
    vms.start(Map.of("first", "L40S-48Q"));
    vms.awaitRefusal("first", "carries L40S-48Q, and 1 is asked for");
    try (SimulatedNode late =
        SimulatedNode.start(rig, "carries-48q", Gpus.of(L40S.withTypes(1156)), LABEL)) {
      awaitOffer(late, "1");
      vms.awaitRefusal("first", "there is no VgpuNode " + late.name());
      // By then the scheduler would try it at once: it does not hold it back any more.
      Wait.until(
          "it has waited for seconds",
          () -> vms.tenant().events("first").toString().contains("VgpuUnschedulable"));

      Instant published = Instant.now();
      setup.inventories().publish(SysfsInventory.of(late));
      setup.inventories().wake(late.name());

      assertThat(vms.awaitNode("first")).isEqualTo(late.name());
      System.out.printf(
          "placement: a machine that waits is placed %d ms after the inventory%n",
          Duration.between(published, Instant.now()).toMillis());
      assertThat(awaitFunction(late, "first").carries()).contains("L40S-48Q");
      deleteAll();
    }
  }

  /** Both nodes are full; the victims on the wrong one are cheaper. */
  @Test
  void urgentMachine_pushesAsideWhoHasItsProfile() {
    for (String vm : List.of("left", "right")) {
      vms.start("big-" + vm, "L40S-24Q", "ordinary");
      vms.start("small-" + vm, "L40S-12Q", "idle");
    }
    for (String vm : List.of("left", "right")) {
      awaitFunction(big, "big-" + vm);
      awaitFunction(small, "small-" + vm);
    }
    Map<String, String> before = new TreeMap<>();
    vms.launchers().forEach((vm, pod) -> before.put(vm, uid(pod)));

    vms.start("urgent", "L40S-24Q", "urgent");

    assertThat(vms.awaitNode("urgent")).isEqualTo(big.name());
    assertThat(awaitFunction(big, "urgent").carries()).contains("L40S-24Q");
    Map<String, String> placed = vms.placed();
    assertThat(placed)
        .containsEntry("small-left", small.name())
        .containsEntry("small-right", small.name());
    assertThat(List.of("big-left", "big-right")).filteredOn(placed::containsKey).hasSize(1);
    for (String vm : List.of("small-left", "small-right")) {
      assertThat(uid(vms.launcher(vm))).isEqualTo(before.get(vm));
    }
  }

  private static void awaitOffer(SimulatedNode node, String count) {
    Wait.until(
        node.name() + " offers " + count,
        () -> node.allocatable(RESOURCE).filter(count::equals).isPresent());
  }

  private static String uid(JsonNode pod) {
    return pod.at("/metadata/uid").asText();
  }

  /** Waits until a machine's launcher runs on a node, and says what the kubelet gave to it. */
  private Function awaitFunction(SimulatedNode node, String vm) {
    Wait.until(vm + " runs on " + node.name(), () -> function(node, vm).isPresent());
    String address = function(node, vm).orElseThrow();
    return SysfsInventory.of(node).cards().stream()
        .flatMap(card -> card.functions().stream())
        .filter(function -> function.busId().equals(address))
        .findAny()
        .orElseThrow();
  }

  private Optional<String> function(SimulatedNode node, String vm) {
    return Optional.ofNullable(vms.launchers().get(vm))
        .flatMap(pod -> node.pod(vms.tenant().namespace(), pod.at("/metadata/name").asText()))
        .filter(NodePod::ready)
        .filter(pod ->
            pod.containers().stream()
                .anyMatch(one -> one.name().equals("compute") && one.state().equals("running")))
        .map(pod -> pod.container("compute").environment().get("PCI_RESOURCE_NVIDIA_COM_L40S-24Q"));
  }
}
