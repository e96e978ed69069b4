package io.vgpusteward.extender.explain;

import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import io.vgpusteward.vgpu.placement.Freshness;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An inventory in the few words that a table has room for. */
public final class InventoryWords {
  /** Where there is nothing to say. */
  public static final String NOTHING = "-";

  private InventoryWords() {}

  /** The GPUs: {@code 2 L40S, 1 A10 passed through}. */
  public static String gpus(Optional<NodeInventory> inventory) {
    return words(
        all(inventory), gpu -> board(gpu) + (gpu.passedThrough() ? " passed through" : ""));
  }

  /** What the VFs carry: {@code 2 L40S-24Q, 2 nothing}. */
  public static String carries(Optional<NodeInventory> inventory) {
    return words(vfs(inventory), InventoryWords::carries);
  }

  /** The states of the VFs: {@code 3 Settled, 1 Changing}. */
  public static String states(Optional<NodeInventory> inventory) {
    return words(vfs(inventory), vf -> vf.state().name());
  }

  /** Whether it can be believed: {@code fresh}, {@code not ready}, {@code stale}, {@code none}. */
  public static String freshness(Optional<NodeInventory> inventory, Freshness freshness) {
    if (inventory.isEmpty()) {
      return "none";
    }
    if (!inventory.get().ready()) {
      return "not ready" + inventory.get().message().map(text -> ": " + text).orElse("");
    }
    return freshness.stale().map(why -> "stale: " + why).orElse("fresh");
  }

  private static Stream<Gpu> all(Optional<NodeInventory> inventory) {
    return inventory.stream().flatMap(one -> one.gpus().stream());
  }

  private static Stream<Vf> vfs(Optional<NodeInventory> inventory) {
    return all(inventory).flatMap(gpu -> gpu.vfs().stream());
  }

  private static String board(Gpu gpu) {
    return gpu.board().or(() -> gpu.pciId().map(PciId::toString)).orElse("unknown");
  }

  private static String carries(Vf vf) {
    if (vf.passedThrough()) {
      return "passed through";
    }
    return vf.current()
        .map(Profile::name)
        .orElse(vf.hasUnknownType() ? "of unknown type" : "nothing");
  }

  /** Names of profiles and states before words, which begin with small letters. */
  private static <T> String words(Stream<T> things, Function<T, String> word) {
    Map<String, Long> counts =
        things.collect(Collectors.groupingBy(word, TreeMap::new, Collectors.counting()));
    return counts.isEmpty()
        ? NOTHING
        : counts.entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
  }
}
