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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** While the extender is down, silent or one of two, nothing is placed without it. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExtenderLifeIT {
  private static final String TEST = "life";
  private static final List<String> NODES = List.of("life-1", "life-2", "life-3", "life-4");
  private static final int MACHINES = 8;

  private final Rig rig;
  private final ExtenderSetup setup;

  ExtenderLifeIT(Rig rig) {
    this.rig = rig;
    this.setup = ExtenderSetup.install(rig);
  }

  /** Half of the nodes have the profile. */
  @BeforeAll
  void nodes() {
    Nodes.create(
        rig.api(),
        NODES.stream()
            .map(node ->
                new Nodes.Wish(node, Map.of("test", TEST), Map.of("nvidia.com/L40S-24Q", "16")))
            .toList());
    setup
        .inventories()
        .publish(
            NODES.stream()
                .map(node ->
                    Inventory.of(
                        node,
                        IntStream.range(0, isRight(node) ? 8 : 4)
                            .mapToObj(i -> card("0000:%x1:00.0".formatted(i + 1), isRight(node)))
                            .toArray(Card[]::new)))
                .toList());
  }

  private static boolean isRight(String node) {
    return NODES.indexOf(node) < 2;
  }

  private static Card card(String address, boolean right) {
    return right
        ? Card.of(address, "L40S-24Q", "L40S-24Q")
        : Card.of(address, "L40S-12Q", "L40S-12Q", "L40S-12Q", "L40S-12Q");
  }

  @AfterEach
  void putBack() {
    setup.relay().swallow(false);
    setup.relay().lead(List.of(setup.product().extenderPort()));
    cordon(false);
  }

  @AfterAll
  void uninstall() {
    setup.close();
  }

  @Test
  void extenderThatIsDown_leavesMachinesWaiting_untilItIsBack() {
    Placements vms = waiting();
    setup.product().kill();
    cordon(false);
    Wait.untilAsserted(
        "the scheduler cannot ask",
        () ->
            assertThat(vms.refusals())
                .hasSize(MACHINES)
                .allSatisfy((_, why) -> assertThat(why).contains("/scheduler/filter")));
    assertThat(vms.placed()).isEmpty();

    setup.product().restart();

    awaitAll(vms);
  }

  @Test
  void extenderThatIsStartedAnewInTheMiddle_placesTheRest() {
    Placements vms = waiting();
    cordon(false);
    Wait.until("the first is placed", () -> !vms.placed().isEmpty());
    setup.product().kill();
    setup.product().restart();
    awaitAll(vms);
  }

  @Test
  void oneOfTwoExtenders_goesOnWithoutTheOther() {
    Placements vms = waiting();
    try (Replica other = setup.startAnother("vgpu-steward-other-extender")) {
      setup.relay().lead(List.of(other.extenderPort(), setup.product().extenderPort()));
      cordon(false);
      Wait.until("the first is placed", () -> !vms.placed().isEmpty());
      other.kill();
      awaitAll(vms);
    }
  }

  /** The scheduler asks within its cycle: who waits behind a silent extender is told here. */
  @Test
  void silentExtender_delaysOtherPods_andDoesNotStopThem() {
    Placements vms = waiting();
    setup.relay().swallow(true);
    cordon(false);
    Wait.until(
        "the scheduler has asked in vain",
        () -> vms.refusals().values().stream().anyMatch(why -> why.contains("deadline")));

    Instant begin = Instant.now();
    Tenant others = new Tenant(rig);
    String path = "/api/v1/namespaces/" + others.namespace() + "/pods";
    rig.api().create(path, IntStream.range(0, 5).mapToObj(ExtenderLifeIT::plain).toList());
    Map<String, Duration> delays = new TreeMap<>();
    Wait.untilAsserted(
        "the other pods are placed",
        () -> {
          rig.api()
              .get(path)
              .path("items")
              .valueStream()
              .filter(pod -> pod.path("spec").has("nodeName"))
              .forEach(pod ->
                  delays.putIfAbsent(
                      pod.at("/metadata/name").asText(), Duration.between(begin, Instant.now())));
          assertThat(delays).hasSize(5);
        });
    System.out.printf(
        "placement: behind a silent extender with %d machines waiting, other pods are placed after"
            + " %s%n",
        MACHINES, delays.values().stream().sorted().map(d -> d.toMillis() + " ms").toList());
    assertThat(vms.placed()).isEmpty();

    setup.relay().swallow(false);
    awaitAll(vms);
  }

  /** Machines whose launchers are there, and may not go to any node yet. */
  private Placements waiting() {
    cordon(true);
    Placements vms = new Placements(rig, TEST);
    vms.start(
        IntStream.range(0, MACHINES)
            .boxed()
            .collect(Collectors.toMap(i -> "guest-" + i, _ -> "L40S-24Q")));
    Wait.until("the launchers wait", () -> vms.refusals().size() == MACHINES);
    return vms;
  }

  private void cordon(boolean on) {
    rig.kubectl().ok(on ? "cordon" : "uncordon", "--selector=test=" + TEST);
  }

  private static void awaitAll(Placements vms) {
    Wait.untilAsserted(
        "all are placed where the profile is",
        () ->
            assertThat(vms.placed())
                .as(vms.refusals().toString())
                .hasSize(MACHINES)
                .allSatisfy((_, node) -> assertThat(isRight(node)).as(node).isTrue()));
  }

  private static String plain(int number) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: plain-%d}
    spec:
      schedulerName: %s
      nodeSelector: {test: %s}
      containers: [{name: main, image: main}]
    """
        .formatted(number, ExtenderSetup.SCHEDULER, TEST);
  }
}
