package io.vgpusteward.vgpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vgpusteward.vgpu.Gpu.Sizes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeInventoryTest {
  private static final PciId L40S = new PciId("10DE:26B9");
  private static final String FULL = "L40S-1Q L40S-12Q L40S-16Q L40S-24Q L40S-48Q";

  /** One GPU; VFs by their profile, {@code 0} for none and {@code ?} for a type without a name. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // board, GiB, offered, VFs, asked: carries, most ever, ruled out
        "L40S, 48, " + FULL + ", 0 0 0 0, L40S-24Q, 0, 2, false",
        "L40S, 48, " + FULL + ", L40S-24Q L40S-24Q 0 0, L40S-24Q, 2, 2, false",
        "L40S, 48, " + FULL + ", L40S-24Q L40S-24Q 0 0, L40S-12Q, 0, 4, false",
        "L40S, 48, " + FULL + ", L40S-24Q L40S-24Q 0 0, L40S-16Q, 0, 3, false",
        "L40S, 48, " + FULL + ", 0, L40S-12Q, 0, 1, false",
        "L40S, 48, " + FULL + ", 0 0, L40S-6Q, 0, 0, true",
        "L40S, 48, " + FULL + ", 0 0, A10-12Q, 0, 0, true",
        "L40S, 48, " + FULL + ", 0 0, L40S-1-6Q, 0, 0, false",
        "L40S, 48, L40S-24Q, L40S-24Q L40S-24Q 0 0, L40S-12Q, 0, 0, false",
        "L40S, 48, -, ? ? 0, L40S-12Q, 0, 0, false",
        "L40S, 48, -, ? ? 0, A10-12Q, 0, 0, true",
        "-, 48, -, ? ? 0, A10-12Q, 0, 0, false",
        "L40S, -, " + FULL + ", 0 0 0 0, L40S-24Q, 0, 4, false",
        "L40S, -, " + FULL + ", 0 0 0 0, L40S-6Q, 0, 0, false",
        // The driver knows better than the arithmetic.
        "L40S, 24, L40S-24Q, L40S-24Q L40S-24Q 0, L40S-24Q, 2, 2, false",
        "DC, 96, DC-96Q DC-1-24Q, DC-1-24Q DC-1-24Q 0, DC-1-24Q, 2, 3, false",
        "A16, 16, A16-0B A16-16Q, 0 0 0, A16-0B, 0, 3, false"
      })
  void gpu_saysWhatItCarriesAndTheMostEver(
      String board,
      Integer frameBuffer,
      String offered,
      String vfs,
      String asked,
      int carries,
      int mostEver,
      boolean rulesOut) {
    Gpu gpu = gpu(board, frameBuffer, offered, vfs);

    assertThat(gpu.carries(profile(asked))).isEqualTo(carries);
    assertThat(gpu.mostEver(profile(asked))).isEqualTo(mostEver);
    assertThat(gpu.rulesOut(profile(asked))).isEqualTo(rulesOut);
  }

  /** By NVIDIA's tables of each board's types: size, and how many of it a GPU can have. */
  @ParameterizedTest
  @CsvSource({
    "L4, Q, 24, 1:24 2:12 3:8 4:6 6:4 8:3 12:2 24:1",
    "L40S, Q, 48, 1:32 2:24 3:16 4:12 6:8 8:6 12:4 16:3 24:2 48:1",
    "RTX5000-Ada, Q, 32, 1:32 2:16 4:8 8:4 16:2 32:1",
    "A16, Q, 16, 1:16 2:8 4:4 8:2 16:1",
    "A30, C, 24, 4:6 6:4 8:3 12:2 24:1",
    "A100, C, 40, 4:10 5:8 8:5 10:4 20:2 40:1",
    "A100D, C, 80, 4:20 8:10 10:8 16:5 20:4 40:2 80:1",
    "H100, C, 80, 4:20 5:16 8:10 10:8 16:5 20:4 40:2 80:1",
    // 8:16 in the table, a limit of the driver: this is an upper bound.
    "H200, C, 141, 4:32 7:20 8:17 14:10 17:8 28:5 35:4 70:2 141:1",
    "H20, C, 96, 4:24 6:16 8:12 12:8 16:6 24:4 32:3 48:2 96:1",
    "DC, Q, 96, 3:32 4:24 6:16 8:12 12:8 16:6 24:4 32:3 48:2 96:1"
  })
  void mostEver_isWhatNvidiaSays(String board, String series, int frameBuffer, String table) {
    Map<Profile, Integer> most =
        Stream.of(table.split(" ", -1))
            .map(entry -> entry.split(":", -1))
            .collect(
                Collectors.toMap(
                    entry -> profile(board + "-" + entry[0] + series),
                    entry -> Integer.parseInt(entry[1])));
    String offered = most.keySet().stream().map(Profile::name).collect(Collectors.joining(" "));
    Gpu gpu = gpu(board, frameBuffer, offered, "0 ".repeat(48).strip());

    most.forEach(
        (profile, count) -> assertThat(gpu.mostEver(profile)).as(profile.name()).isEqualTo(count));
  }

  @Test
  void node_addsUpItsGpus() {
    NodeInventory node =
        NodeInventory.of(
            "gpu-1",
            gpu("L40S", 48, FULL, "L40S-24Q L40S-24Q 0"),
            gpu("L40S", 48, FULL, "L40S-12Q 0"),
            gpu("A10", 24, "A10-24Q", "0"),
            Gpu.passedThrough("0000:c1:00.0", L40S));

    assertThat(node.carries(profile("L40S-24Q"))).isEqualTo(2);
    assertThat(node.carried())
        .containsExactly(Map.entry(profile("L40S-12Q"), 1), Map.entry(profile("L40S-24Q"), 2));
    assertThat(node.mostEver(profile("L40S-24Q"))).isEqualTo(4);
    assertThat(node.mostEver(profile("L40S-12Q"))).isEqualTo(5);
    assertThat(node.knownProfiles())
        .extracting(Profile::name)
        .containsExactly("A10-24Q", "L40S-12Q", "L40S-16Q", "L40S-1Q", "L40S-24Q", "L40S-48Q");
    assertThat(node.rulesOut(profile("L40S-24Q"))).isFalse();
    assertThat(node.rulesOut(profile("L40S-6Q"))).isTrue();
  }

  @Test
  void inventoryThatNobodyVouchesFor_rulesNothingOut() {
    assertThat(new NodeInventory("n", false, Optional.of("starting"), List.of()))
        .satisfies(node -> assertThat(node.rulesOut(profile("L40S-6Q"))).isFalse())
        .satisfies(node -> assertThat(node.mostEver(profile("L40S-6Q"))).isZero());
    assertThat(NodeInventory.of("n").rulesOut(profile("L40S-6Q"))).isTrue();
  }

  @Test
  void passedThroughGpu_carriesNothing() {
    Gpu gpu = Gpu.passedThrough("0000:c1:00.0", L40S);

    assertThat(gpu.mostEver(profile("L40S-24Q"))).isZero();
    assertThat(gpu.rulesOut(profile("L40S-24Q"))).isTrue();
    assertThat(NodeInventory.of("n", gpu).passedThroughIds()).containsExactly(L40S);
  }

  @Test
  void passedThroughVf_isCountedOut_andItsGpusIdIsNamed() {
    Vf lost =
        new Vf(
            "0000:41:00.4",
            true,
            Optional.empty(),
            false,
            Optional.empty(),
            Vf.State.Unknown,
            Optional.of("driver vfio-pci"),
            Optional.empty(),
            Collections.emptySortedSet());
    Gpu gpu =
        new Gpu(
            "0000:41:00.0",
            Optional.of(L40S),
            Optional.of("L40S"),
            false,
            Sizes.Equal,
            OptionalInt.of(48),
            profiles(FULL),
            List.of(lost, Vf.unset("0000:41:00.5", Set.of())));

    assertThat(gpu.mostEver(profile("L40S-12Q"))).isEqualTo(1);
    assertThat(NodeInventory.of("n", gpu).passedThroughIds()).containsExactly(L40S);
    assertThat(NodeInventory.of("n", gpu("L40S", 48, FULL, "0")).passedThroughIds()).isEmpty();
  }

  @Test
  void listOfOneVf_isAboutAllOfItsGpu() {
    Gpu gpu =
        new Gpu(
            "0000:41:00.0",
            Optional.of(L40S),
            Optional.empty(),
            false,
            Sizes.Unknown,
            OptionalInt.empty(),
            Collections.emptySortedSet(),
            List.of(
                Vf.unset("0000:41:00.4", Set.of(profile("L40S-24A"))),
                Vf.carrying("0000:41:00.5", profile("L40S-24Q"))));

    assertThat(gpu.mostEver(profile("L40S-24A"))).isEqualTo(2);
    assertThat(gpu.mostEver(profile("L40S-24Q"))).isEqualTo(2);
    assertThat(gpu.rulesOut(profile("L40S-24C"))).isFalse();
  }

  @Test
  void vf_isSetWithOrWithoutAName() {
    assertThat(Vf.unset("0000:41:00.4", Set.of()).isSet()).isFalse();
    assertThat(Vf.carrying("0000:41:00.4", profile("L40S-24Q")).isSet()).isTrue();
    assertThat(gpu("L40S", 48, "-", "?").vfs().getFirst().isSet()).isTrue();
  }

  @Test
  void holder_isTheMachineWhereThereIsOne() {
    Vf.Holder machine = new Vf.Holder("team", "virt-launcher-one", Optional.of("one"));
    Vf held = Vf.carrying("0000:41:00.4", profile("L40S-24Q")).heldBy(machine);

    assertThat(held.holder()).contains(machine);
    assertThat(machine).hasToString("virtual machine team/one");
    assertThat(new Vf.Holder("team", "other", Optional.empty())).hasToString("pod team/other");
  }

  @Test
  void values_areImmutable() {
    SortedSet<Profile> offered = profiles(FULL);
    List<Vf> vfs = new ArrayList<>(List.of(Vf.unset("0000:41:00.4", offered)));
    Gpu gpu =
        new Gpu(
            "0000:41:00.0",
            Optional.of(L40S),
            Optional.of("L40S"),
            false,
            Sizes.Equal,
            OptionalInt.of(48),
            offered,
            vfs);
    offered.clear();
    vfs.clear();

    assertThat(gpu.offered()).hasSize(5);
    assertThat(gpu.vfs().getFirst().creatable()).hasSize(5);
    assertThatThrownBy(() -> gpu.offered().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> gpu.vfs().getFirst().creatable().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static Gpu gpu(String board, Integer frameBuffer, String offered, String vfs) {
    List<Vf> functions = new ArrayList<>();
    for (String word : vfs.split(" ", -1)) {
      functions.add(vf("0000:41:00." + (functions.size() + 4), word));
    }
    return new Gpu(
        "0000:41:00.0",
        Optional.of(L40S),
        Optional.ofNullable(board),
        false,
        Sizes.Equal,
        frameBuffer == null ? OptionalInt.empty() : OptionalInt.of(frameBuffer),
        offered == null || offered.equals("-") ? Collections.emptySortedSet() : profiles(offered),
        functions);
  }

  private static Vf vf(String busId, String word) {
    return switch (word) {
      case "0" -> Vf.unset(busId, Set.of());
      case "?" ->
          new Vf(
              busId,
              false,
              Optional.empty(),
              true,
              Optional.empty(),
              Vf.State.Unknown,
              Optional.empty(),
              Optional.empty(),
              Collections.emptySortedSet());
      default -> Vf.carrying(busId, profile(word));
    };
  }

  private static SortedSet<Profile> profiles(String names) {
    return Stream.of(names.split(" ", -1))
        .map(NodeInventoryTest::profile)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Profile profile(String name) {
    return Profile.parse(name).orElseThrow();
  }
}
