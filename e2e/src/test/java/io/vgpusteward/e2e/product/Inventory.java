package io.vgpusteward.e2e.product;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the GPUs of a node carry, as its agent will publish it: L40S only, 48 GiB each.
 *
 * @param notAdvertised what is wrong with what KubeVirt offers; empty where nothing is
 */
record Inventory(String node, List<Card> cards, Optional<String> notAdvertised) {
  /** The types of an L40S by the numbers that its driver has for them. */
  static final Map<Integer, String> TYPES =
      Map.of(
          1149,
          "L40S-3Q",
          1150,
          "L40S-4Q",
          1151,
          "L40S-6Q",
          1152,
          "L40S-8Q",
          1153,
          "L40S-12Q",
          1154,
          "L40S-16Q",
          1155,
          "L40S-24Q",
          1156,
          "L40S-48Q");

  private static final int FRAME_BUFFER = 48;
  private static final int FIRST_VF = 4;
  private static final int FUNCTIONS = 8;

  Inventory {
    cards = List.copyOf(cards);
  }

  /**
   * A virtual function.
   *
   * @param carries a profile; empty for none
   * @param creatable the profiles that the driver lists for it now
   * @param state {@code Settled}, {@code Changing} and so on
   */
  record Function(
      String busId, Optional<String> carries, List<String> creatable, String driver, String state) {
    Function {
      creatable = List.copyOf(creatable);
    }
  }

  /** A physical function and its virtual ones. */
  record Card(String busId, String driver, List<Function> functions) {
    Card {
      functions = List.copyOf(functions);
    }

    /**
     * An L40S whose virtual functions carry these profiles, {@code none} for one that carries
     * nothing; all sizes are equal.
     */
    static Card of(String busId, String... profiles) {
      List<Function> functions = new ArrayList<>();
      List<String> creatable = creatable(profiles);
      String slot = busId.substring(0, busId.lastIndexOf(':') + 1);
      for (int i = 0; i < profiles.length; i++) {
        int number = FIRST_VF + i;
        String address = "%s%02x.%d".formatted(slot, number / FUNCTIONS, number % FUNCTIONS);
        boolean isFree = profiles[i].equals("none");
        functions.add(
            new Function(
                address,
                isFree ? Optional.empty() : Optional.of(profiles[i]),
                isFree ? creatable : List.of(),
                "nvidia",
                "Settled"));
      }
      return new Card(busId, "nvidia", functions);
    }

    /** One that a guest gets whole. */
    static Card passedThrough(String busId) {
      return new Card(busId, "vfio-pci", List.of());
    }

    /** The same while the node's agent is about to write to all functions. */
    Card changing() {
      return new Card(
          busId,
          driver,
          functions.stream()
              .map(f -> new Function(f.busId(), f.carries(), f.creatable(), f.driver(), "Changing"))
              .toList());
    }

    private static List<String> creatable(String... profiles) {
      List<String> carried = Arrays.stream(profiles).filter(one -> !one.equals("none")).toList();
      if (carried.isEmpty()) {
        return TYPES.values().stream().sorted().toList();
      }
      int taken = carried.stream().mapToInt(Card::gib).sum();
      return taken + gib(carried.getFirst()) > FRAME_BUFFER
          ? List.of()
          : List.of(carried.getFirst());
    }

    private static int gib(String profile) {
      return Integer.parseInt(profile.replaceAll("^L40S-|Q$", ""));
    }
  }

  static Inventory of(String node, Card... cards) {
    return new Inventory(node, List.of(cards), Optional.empty());
  }

  /** The same, where KubeVirt offers something else. */
  Inventory notAdvertised(String message) {
    return new Inventory(node, cards, Optional.of(message));
  }

  /** How many virtual functions carry something: what KubeVirt offers of the board's resource. */
  int carrying() {
    return (int)
        cards.stream()
            .flatMap(card -> card.functions().stream())
            .filter(function -> function.carries().isPresent())
            .count();
  }

  /** The {@code VgpuNode}. */
  ObjectNode object() {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", "vgpu-steward.io/v1alpha1").put("kind", "VgpuNode");
    object.putObject("metadata").put("name", node);
    ObjectNode status = object.putObject("status");
    ArrayNode conditions = status.putArray("conditions");
    condition(conditions, "Ready", true, "all functions are as configured");
    notAdvertised.ifPresent(message -> condition(conditions, "Advertised", false, message));
    ArrayNode gpus = status.putArray("gpus");
    cards.forEach(card -> gpus.add(gpu(card)));
    status
        .putObject("summary")
        .put("gpus", cards.size())
        .put("vfs", cards.stream().mapToInt(card -> card.functions().size()).sum())
        .put("profiles", profiles());
    return object;
  }

  private String profiles() {
    Map<String, Integer> counts = new TreeMap<>();
    cards.stream()
        .flatMap(card -> card.functions().stream())
        .flatMap(function -> function.carries().stream())
        .forEach(profile -> counts.merge(profile, 1, Integer::sum));
    return String.join(
        ", ", counts.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).toList());
  }

  private static void condition(ArrayNode conditions, String type, boolean holds, String message) {
    conditions
        .addObject()
        .put("type", type)
        .put("status", holds ? "True" : "False")
        .put("reason", "Published")
        .put("message", message)
        .put("lastTransitionTime", "2026-11-20T08:00:00Z");
  }

  private static ObjectNode gpu(Card card) {
    ObjectNode gpu = JsonNodeFactory.instance.objectNode();
    gpu.put("busId", card.busId())
        .put("pciId", "10DE:26B9")
        .put("board", "L40S")
        .put("driver", card.driver())
        .put("sizes", "Equal")
        .put("frameBufferGib", FRAME_BUFFER);
    ArrayNode offered = gpu.putArray("offered");
    TYPES.forEach((id, profile) -> offered.addObject().put("profile", profile).put("typeId", id));
    ArrayNode vfs = gpu.putArray("vfs");
    card.functions().forEach(function -> vfs.add(vf(function)));
    return gpu;
  }

  private static ObjectNode vf(Function function) {
    ObjectNode vf = JsonNodeFactory.instance.objectNode();
    vf.put("busId", function.busId()).put("driver", function.driver());
    function.carries().ifPresent(profile -> vf.put("current", profile));
    vf.put("currentTypeId", function.carries().map(Inventory::typeId).orElse(0));
    vf.put("desired", function.carries().orElse("none")).put("state", function.state());
    ArrayNode creatable = vf.putArray("creatable");
    function.creatable().forEach(creatable::add);
    return vf;
  }

  private static int typeId(String profile) {
    return TYPES.entrySet().stream()
        .filter(entry -> entry.getValue().equals(profile))
        .mapToInt(Map.Entry::getKey)
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("no type of an L40S: " + profile));
  }
}
