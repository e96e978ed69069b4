package io.vgpusteward.agent.reconcile;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** The functions that stand in the way of another of their GPU. */
final class Blockers {
  private Blockers() {}

  /**
   * Those without whose leaving it is no use to empty a function that is to carry another type.
   *
   * @param isToStay whether a function keeps what it carries, for now or for good
   */
  static List<Function> ofLeaving(
      Function function, List<Function> others, Predicate<Function> isToStay, Room room) {
    return room.isMixed() ? ofRoom(function, others, isToStay, room) : ofSize(function, others);
  }

  /** Those that carry another size, and those of which nobody knows which. */
  static List<Function> ofSize(Function function, List<Function> others) {
    OptionalInt size = Function.size(function.target());
    return others.stream()
        .filter(other -> !other.isReadable() || other.isSet())
        .filter(other -> differs(function, size, other))
        .toList();
  }

  private static boolean differs(Function function, OptionalInt size, Function other) {
    if (!other.isReadable()) {
      return !isOfAnotherDriver(other);
    }
    if (other.isNameless()) {
      // Two of one number have one size, and what is emptied can get it back.
      return !(function.isSet() && function.type() == other.type());
    }
    OptionalInt its = Function.size(other.current());
    return its.isPresent() && !its.equals(size);
  }

  private static boolean isOfAnotherDriver(Function other) {
    return other.host().driver().filter(name -> !name.equals("nvidia")).isPresent();
  }

  /** Where sizes mix: all that carry something, if what is wanted does not fit beside them. */
  private static List<Function> ofRoom(
      Function function, List<Function> others, Predicate<Function> isToStay, Room room) {
    List<Function> staying = others.stream().filter(Function::isSet).filter(isToStay).toList();
    OptionalInt fit =
        room.beside(staying.stream().map(Function::current).toList(), function.target());
    return fit.isPresent() && fit.getAsInt() == 0 ? staying : List.of();
  }

  /** Why a function cannot have what is configured while the other stays as it is. */
  static String words(Function function, Function other, Fate why) {
    String reason =
        why.message()
            .map(words -> " and stays (" + words + ")")
            .orElse(
                other.wanted().isSomething()
                    ? " as configured"
                    : " and no line is about it; write " + other.busId() + "=none to empty it");
    return "%s cannot be had beside %s: %s%s"
        .formatted(
            function.goalWords(),
            other.busId(),
            other.isReadable() ? "it carries " + other.carries() : "it cannot be read",
            reason);
  }
}
