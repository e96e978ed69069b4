package io.vgpusteward.agent.reconcile;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The functions of one GPU for which one profile is configured, for as many as there is room.
 *
 * @param members those that can have it, in the card's order
 * @param emptied those that were emptied on their way to it
 */
record Share(List<Function> members, Map<String, Trial> trials, Set<String> emptied) {
  /**
   * Those that are to get it: first those that can have it soonest, then in the card's order. Where
   * all that were counted on have it and the driver lists it for more, these are taken as well.
   *
   * @param fit how many fit; empty where only the driver can say
   */
  List<Function> picked(OptionalInt fit) {
    List<Function> open = members.stream().filter(member -> !member.isSatisfied()).toList();
    if (fit.isEmpty()) {
      return open;
    }
    long free = Math.max(0, fit.getAsInt() - (members.size() - open.size()));
    List<Function> picked =
        open.stream().sorted(Comparator.comparingInt(this::rank)).limit(free).toList();
    return picked.isEmpty() && open.stream().noneMatch(this::wasRefused)
        ? open.stream().filter(one -> one.creatable().isPresent()).toList()
        : picked;
  }

  /** Whether fewer have it than are known to fit. */
  boolean isBelow(OptionalInt fit) {
    return fit.isPresent()
        && members.stream().filter(Function::isSatisfied).count() < fit.getAsInt();
  }

  private int rank(Function function) {
    if (wasRefused(function)) {
      return 4;
    }
    if (emptied.contains(function.busId())) {
      return 0;
    }
    if (function.creatable().isPresent()) {
      return 1;
    }
    return function.isSet() ? 2 : 3;
  }

  private boolean wasRefused(Function function) {
    return trials.get(function.busId()) instanceof Trial.Refused;
  }

  /** The fate of one for which there is no room, as was to be expected. */
  static Fate noMore(Function one) {
    return new Fate.Keep(
        Optional.of(
            "empty: as many functions as fit on the GPU are for %s (%s)"
                .formatted(one.goalWords(), Alone.origin(one))));
  }
}
