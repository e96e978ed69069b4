package io.vgpusteward.vgpu;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The PCI ids by which a GPU of a board announces itself, for boards whose PF and VFs share one id.
 *
 * <p>The table explains and helps to find a permitted entry; what a GPU can really do is what its
 * driver lists. Source: the PCI ID repository, vendor 10de, and NVIDIA's list of supported GPUs.
 */
public final class Board {
  private static final Map<String, List<String>> DEVICES =
      Map.ofEntries(
          Map.entry("L4", List.of("27B8")),
          Map.entry("L2", List.of("27B6")),
          Map.entry("A10", List.of("2236")),
          Map.entry("L40", List.of("26B5")),
          Map.entry("L40S", List.of("26B9")),
          Map.entry("L20", List.of("26BA")),
          Map.entry("A40", List.of("2235")),
          Map.entry("RTX6000-Ada", List.of("26B1")),
          Map.entry("RTX5880-Ada", List.of("26B3")),
          Map.entry("RTX5000-Ada", List.of("26B2")),
          Map.entry("A2", List.of("25B6")),
          Map.entry("A16", List.of("25B6")),
          Map.entry("A30", List.of("20B7")),
          Map.entry("A100", List.of("20F1", "20B0")),
          Map.entry("A100D", List.of("20B5", "20B2")),
          Map.entry("H100", List.of("2331", "2330", "2336")),
          Map.entry("H200", List.of("233B")),
          Map.entry("H200X", List.of("2335")),
          Map.entry("H20", List.of("2329")),
          Map.entry("DC", List.of("2BB5")),
          Map.entry("B200X", List.of("2901")),
          Map.entry("GB200", List.of("2941")),
          Map.entry("B300X", List.of("3182")));

  private static final Map<String, Integer> FRAME_BUFFERS =
      Map.ofEntries(
          Map.entry("L4", 24),
          Map.entry("L2", 24),
          Map.entry("A10", 24),
          Map.entry("L40", 48),
          Map.entry("L40S", 48),
          Map.entry("L20", 48),
          Map.entry("A40", 48),
          Map.entry("RTX6000-Ada", 48),
          Map.entry("RTX5880-Ada", 48),
          Map.entry("RTX5000-Ada", 32),
          Map.entry("A2", 16),
          Map.entry("A16", 16),
          Map.entry("A30", 24),
          Map.entry("A100", 40),
          Map.entry("A100D", 80),
          Map.entry("H100", 80),
          Map.entry("H200", 141),
          Map.entry("H200X", 141),
          Map.entry("H20", 96),
          Map.entry("B200X", 180),
          Map.entry("GB200", 189),
          Map.entry("B300X", 269));

  private Board() {}

  /**
   * All the frame buffer of one GPU of a board, in GiB, by the token that its profiles begin with;
   * empty for an unknown one, and for a token of several cards, as {@code DC}. Source: NVIDIA
   * Virtual GPU Software User Guide, "Virtual GPU Types".
   */
  public static OptionalInt frameBufferGib(String board) {
    Integer gib = FRAME_BUFFERS.get(board);
    return gib == null ? OptionalInt.empty() : OptionalInt.of(gib);
  }

  /** The PCI ids of a board, by the token that its profiles begin with; none for an unknown one. */
  public static Set<PciId> pciIds(String board) {
    return DEVICES.getOrDefault(board, List.of()).stream()
        .map(device -> new PciId("10DE:" + device))
        .collect(Collectors.toUnmodifiableSet());
  }
}
