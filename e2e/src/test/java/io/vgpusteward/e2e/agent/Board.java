package io.vgpusteward.e2e.agent;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What NVIDIA's documents say of the boards that {@code gpusim} has. */
enum Board {
  L4("L4", "27B8", 32, "BQAC", Sizes.OF_24),
  L2("L2", "27B6", 32, "BQAC", Sizes.OF_24),
  A10("A10", "2236", 32, "BQAC", Sizes.OF_24),
  L40("L40", "26B5", 32, "BQAC", Sizes.OF_48),
  L40S("L40S", "26B9", 32, "BQA", Sizes.OF_48, "L40S-3B"),
  L20("L20", "26BA", 32, "BQAC", Sizes.OF_48),
  A40("A40", "2235", 32, "BQAC", Sizes.OF_48),
  RTX6000_ADA("RTX6000-Ada", "26B1", 32, "BQAC", Sizes.OF_48),
  RTX5880_ADA("RTX5880-Ada", "26B3", 32, "BQAC", Sizes.OF_48),
  RTX5000_ADA("RTX5000-Ada", "26B2", 32, "BQAC", "1 2 4 8 16 32"),
  A2("A2", "25B6", 16, "BQAC", Sizes.OF_16),
  A16("A16", "25B6", 16, "BQAC", Sizes.OF_16),
  A30("A30", "20B7", 16, "C", "4 6 8 12 24"),
  A100("A100", "20F1", 16, "C", "4 5 8 10 20 40"),
  A100D("A100D", "20B5", 20, "C", "4 8 10 16 20 40 80"),
  H100("H100", "2331", 32, "C", "4 5 8 10 16 20 40 80"),
  H200("H200", "233B", 32, "C", Sizes.OF_141),
  H200X("H200X", "2335", 32, "C", Sizes.OF_141),
  H20("H20", "2329", 32, "C", "4 6 8 12 16 24 32 48 96"),
  DC("DC", "2BB5", 48, "QAC", "3 4 6 8 12 16 24 32 48 96", "DC-2B"),
  B200X("B200X", "2901", 32, "C", "180"),
  GB200("GB200", "2941", 32, "C", "189"),
  B300X("B300X", "3182", 32, "C", "269"),
  /** Makes mediated devices, or nothing. */
  T4("T4", "1EB8", 0, "BQAC", Sizes.OF_16),
  /** Likewise. */
  P40("P40", "1B38", 0, "BQAC", Sizes.OF_24);

  private static final Pattern SPACE = Pattern.compile(" ");
  private static final int MOST_OF_A_DESKTOP = 2;
  private static final int LEAST_FOR_CUDA = 4;

  final String token;
  final String pciId;
  final int vfs;
  private final String series;
  private final String sizes;
  private final String more;

  Board(String token, String device, int vfs, String series, String sizes) {
    this(token, device, vfs, series, sizes, "");
  }

  /** With one more profile, out of the order of sizes. */
  Board(String token, String device, int vfs, String series, String sizes, String more) {
    this.token = token;
    this.pciId = "10DE:" + device;
    this.vfs = vfs;
    this.series = series;
    this.sizes = sizes;
    this.more = more;
  }

  /** Those with virtual functions. */
  static Stream<Board> withVfs() {
    return Stream.of(values()).filter(board -> board.vfs > 0);
  }

  List<String> profiles() {
    Stream<String> regular =
        series
            .chars()
            .boxed()
            .flatMap(letter ->
                SPACE
                    .splitAsStream(sizes)
                    .filter(gib -> isOffered(letter, Integer.parseInt(gib)))
                    .map(gib -> "%s-%s%c".formatted(token, gib, letter)));
    return Stream.concat(regular, Stream.of(more).filter(name -> !name.isEmpty())).toList();
  }

  private static boolean isOffered(int letter, int gib) {
    return switch (letter) {
      case 'B' -> gib <= MOST_OF_A_DESKTOP;
      case 'C' -> gib >= LEAST_FOR_CUDA;
      default -> true;
    };
  }

  private static final class Sizes {
    static final String OF_16 = "1 2 4 8 16";
    static final String OF_24 = "1 2 3 4 6 8 12 24";
    static final String OF_48 = "1 2 3 4 6 8 12 16 24 48";
    static final String OF_141 = "4 7 8 14 17 28 35 70 141";
  }
}
