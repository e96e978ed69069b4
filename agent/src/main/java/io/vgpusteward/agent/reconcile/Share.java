package io.vgpusteward.agent.reconcile;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The functions of one GPU for which one profile is configured, for as many as there is room.
 *
 * @param members those that can have it, in the card's order
 */
record Share(List<Function> members, Map<String, Trial> trials) {
  /**
   * Those that are to get it: in place of something else first, then in the card's order. Where all
   * that were counted on have it and the driver lists it for more, these are taken as well.
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
        open.stream()
            .sorted(Comparator.comparing(this::wasRefused).thenComparing(one -> !one.isSet()))
            .limit(free)
            .toList();
    return picked.isEmpty() && open.stream().noneMatch(this::wasRefused)
        ? open.stream().filter(one -> one.creatable().isPresent()).toList()
        : picked;
  }

  private boolean wasRefused(Function function) {
    return trials.get(function.busId()) instanceof Trial.Refused;
  }

  /** The fate of the others. */
  Fate fit() {
    Function one = members.getFirst();
    return new Fate.Keep(
        Optional.of(
            "empty: as many functions as fit on the GPU are for %s (%s)"
                .formatted(one.goalWords(), Alone.origin(one))));
  }
}
