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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Two hundred virtual machines at once onto twenty nodes, with hardly more functions than machines:
 * none is placed wrong, and no function is given twice.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
final class PlacementCrowdIT {
  private static final String RESOURCE = "nvidia.com/L40S-24Q";
  private static final int OF_24Q = 72;
  private static final int OF_12Q = 128;
  private static final int ROUNDS = 4;

  /** What the functions of each node carry, as this test made them. */
  private final Map<String, List<String>> functions = new TreeMap<>();

  private final Rig rig;

  PlacementCrowdIT(Rig rig) {
    this.rig = rig;
  }

  @Test
  void twoHundredMachines_areAllPlacedRight() {
    try (ExtenderSetup setup = ExtenderSetup.install(rig)) {
      setup.inventories().publish(createNodes());
      Placements vms = new Placements(rig, "crowd");
      Map<String, String> wanted = new TreeMap<>();
      IntStream.range(0, OF_24Q).forEach(i -> wanted.put("big-" + i, "L40S-24Q"));
      IntStream.range(0, OF_12Q).forEach(i -> wanted.put("small-" + i, "L40S-12Q"));

      Instant begin = Instant.now();
      vms.start(wanted);
      // One look waits for a minute at most.
      for (int round = 1; round <= ROUNDS; round++) {
        int until = wanted.size() * round / ROUNDS;
        Wait.untilAsserted(
            until + " are placed",
            () ->
                assertThat(vms.placed())
                    .as(vms.refusals().toString())
                    .hasSizeGreaterThanOrEqualTo(until));
      }
      System.out.printf(
          "placement: %d machines are placed %.1f s after the first is created%n",
          wanted.size(), Duration.between(begin, Instant.now()).toMillis() / 1e3);

      Map<String, String> placed = vms.placed();
      assertThat(placed).hasSameSizeAs(wanted);
      assertThat(wrong(placed, wanted)).isEmpty();
      assertThat(doublyBooked(placed)).isEmpty();
    }
  }

  /** Nine nodes for either profile, one of both, and one that nobody has said anything of. */
  private List<Inventory> createNodes() {
    List<Inventory> inventories = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      inventories.add(inventory("crowd-24q-" + i, "L40S-24Q", 4));
      inventories.add(inventory("crowd-12q-" + i, "L40S-12Q", 4));
    }
    inventories.add(
        Inventory.of(
            "crowd-mixed",
            Card.of("0000:11:00.0", "L40S-24Q", "L40S-24Q"),
            Card.of("0000:21:00.0", "L40S-12Q", "L40S-12Q", "L40S-12Q", "L40S-12Q")));
    Inventory unknown = inventory("crowd-unknown", "L40S-24Q", 4);
    List<Inventory> all = new ArrayList<>(inventories);
    all.add(unknown);
    all.forEach(inventory -> functions.put(inventory.node(), carried(inventory)));
    Nodes.create(
        rig.api(),
        all.stream()
            .map(inventory ->
                new Nodes.Wish(
                    inventory.node(),
                    Map.of("test", "crowd"),
                    Map.of(RESOURCE, Integer.toString(inventory.carrying()))))
            .toList());
    return inventories;
  }

  private static Inventory inventory(String node, String profile, int cards) {
    String[] profiles = new String[profile.equals("L40S-24Q") ? 2 : 4];
    Arrays.fill(profiles, profile);
    return Inventory.of(
        node,
        IntStream.range(0, cards)
            .mapToObj(i -> Card.of("0000:%x1:00.0".formatted(i + 1), profiles))
            .toArray(Card[]::new));
  }

  private static List<String> carried(Inventory inventory) {
    return inventory.cards().stream()
        .flatMap(card -> card.functions().stream())
        .flatMap(function -> function.carries().stream())
        .toList();
  }

  /** Machines on nodes whose kubelet might give them another profile. */
  private List<String> wrong(Map<String, String> placed, Map<String, String> wanted) {
    return placed.entrySet().stream()
        .filter(entry -> {
          List<String> carried = functions.getOrDefault(entry.getValue(), List.of("unheard of"));
          return !Set.of(wanted.getOrDefault(entry.getKey(), "")).containsAll(carried);
        })
        .map(Map.Entry::toString)
        .toList();
  }

  /** Nodes with more machines than functions. */
  private List<String> doublyBooked(Map<String, String> placed) {
    return functions.entrySet().stream()
        .filter(entry ->
            Collections.frequency(placed.values(), entry.getKey()) > entry.getValue().size())
        .map(Map.Entry::getKey)
        .toList();
  }
}
