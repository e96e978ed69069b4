package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.config.Wanted;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The next write to one GPU, of all whose announcements have settled: one, since it changes what
 * the driver lists and what is known.
 *
 * @param fates by the address of the function
 */
record Writes(String gpu, List<Function> functions, Map<String, Fate> fates, Memory memory) {
  /** The write that may be done now; empty where none may. */
  Optional<Step> next(Instant now) {
    // What was emptied gets its type before the next is emptied: that is the shortest time without.
    return functions.stream()
        .filter(function -> !function.isSet() && isFree(function, now))
        .sorted(
            Comparator.comparing((Function one) -> !memory.left().containsKey(one.busId()))
                .thenComparing(one -> one.wanted().isForAsManyAsFit()))
        .flatMap(function -> set(function).stream())
        .findFirst()
        .or(() -> reset(now));
  }

  private Optional<Step> set(Function function) {
    if (!(fates.get(function.busId()) instanceof Fate.Due due)) {
      return Optional.empty();
    }
    OptionalLong type =
        due.instead().isPresent() ? OptionalLong.of(due.instead().get()) : function.creatable();
    return type.isPresent()
        ? Optional.of(step(function, type.getAsLong(), due.words()))
        : Optional.empty();
  }

  /**
   * The next to be emptied. One that was refused before goes first and alone, so that no other is
   * emptied for nothing if it still is; then one without a known name, which may tell the others'.
   */
  private Optional<Step> reset(Instant now) {
    return functions.stream()
        .filter(Function::isSet)
        .filter(function -> fates.get(function.busId()) instanceof Fate.Due)
        .min(
            Comparator.comparing((Function one) -> !memory.attempts().containsKey(one.busId()))
                .thenComparing(one -> !(one.isNameless() && one.wanted() instanceof Wanted.Named)))
        .filter(function -> isFree(function, now))
        .map(function -> step(function, 0, words(function)));
  }

  private String words(Function function) {
    return Optional.ofNullable(fates.get(function.busId())).flatMap(Fate::message).orElse("");
  }

  private boolean isFree(Function function, Instant now) {
    Optional<Attempt> last = Optional.ofNullable(memory.attempts().get(function.busId()));
    return Trial.of(function, last, now) instanceof Trial.Free;
  }

  private Step step(Function function, long type, String words) {
    return new Step(gpu, function.busId(), function.type(), type, function.goal(), words);
  }
}
