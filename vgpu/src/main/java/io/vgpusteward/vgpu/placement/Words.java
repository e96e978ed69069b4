package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.Vf;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Parts of sentences, none of them long. */
final class Words {
  private static final int MOST_NAMED = 3;
  private static final int LONG_ENOUGH = 110;
  private static final int MOST_QUOTED = 90;

  private Words() {}

  /** {@code 1 VF}, {@code 2 VFs}. */
  static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** {@code a, b, c and 4 more}; fewer where they are long. */
  static String list(List<String> items) {
    StringBuilder text = new StringBuilder();
    int named = 0;
    for (String item : items) {
      boolean isLong = text.length() + item.length() > LONG_ENOUGH;
      if (named == MOST_NAMED || (named > 0 && isLong)) {
        break;
      }
      String between = named + 1 == items.size() ? " and " : ", ";
      text.append(named == 0 ? "" : between).append(item);
      named++;
    }
    int left = items.size() - named;
    return text + (left > 0 ? " and " + left + " more" : "");
  }

  /** What somebody else wrote, on one line and cut where it is long. */
  static String quote(String message) {
    return cut(message.strip().replaceAll("\\s+", " "));
  }

  /** The text, cut where it is long. */
  static String cut(String line) {
    return line.length() <= MOST_QUOTED ? line : line.substring(0, MOST_QUOTED - 1) + "…";
  }

  /** Each such VF with what it is; in the order of the cards. */
  static List<String> vfs(List<Gpu> gpus, Predicate<Vf> which) {
    return vfs(gpus).filter(which).map(Words::describe).toList();
  }

  /** The addresses of such VFs. */
  static List<String> addresses(List<Gpu> gpus, Predicate<Vf> which) {
    return vfs(gpus).filter(which).map(Vf::busId).toList();
  }

  /** Each GPU that is passed through. */
  static List<String> whole(List<Gpu> gpus) {
    return gpus.stream()
        .filter(Gpu::passedThrough)
        .map(gpu -> gpu.busId() + " is passed through whole")
        .toList();
  }

  /** Each VF that cannot be read, with what is said of it. */
  static List<String> unreadable(List<Gpu> gpus) {
    return vfs(gpus)
        .filter(vf -> vf.state() == Vf.State.Unknown)
        .map(vf -> vf.busId() + vf.message().map(text -> " (" + quote(text) + ")").orElse(""))
        .toList();
  }

  private static Stream<Vf> vfs(List<Gpu> gpus) {
    return gpus.stream().flatMap(gpu -> gpu.vfs().stream());
  }

  private static String describe(Vf vf) {
    String holder = vf.holder().map(who -> " (" + quote(who.toString()) + ")").orElse("");
    return vf.busId() + " " + state(vf) + holder;
  }

  private static String state(Vf vf) {
    if (vf.passedThrough()) {
      return "is bound to vfio-pci";
    }
    return vf.current()
        .map(profile -> "carries " + profile)
        .orElse(vf.hasUnknownType() ? "carries a type without a known name" : "carries nothing");
  }
}
