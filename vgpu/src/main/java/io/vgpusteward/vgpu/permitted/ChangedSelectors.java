package io.vgpusteward.vgpu.permitted;

import io.vgpusteward.vgpu.ResourceName;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Resources in use that stay in the list and lose devices: by another selector, or because another
 * entry with the same selector counts now. More selectors are no loss.
 */
final class ChangedSelectors {
  private ChangedSelectors() {}

  static Stream<Finding> judge(Comparison change) {
    return change.before().names().stream()
        .filter(change.after().names()::contains)
        .filter(change::mayBeUsed)
        .flatMap(name -> changed(change, name).stream());
  }

  private static Optional<Finding> changed(Comparison change, ResourceName name) {
    Set<Selector> lost = new HashSet<>(change.before().served(name));
    lost.removeAll(change.after().served(name));
    lost.removeIf(change::isNewlyShared);
    if (lost.isEmpty() || ChangedProviders.isNewlyExternal(change, name)) {
      return Optional.empty();
    }
    List<String> users = change.uses().of(name);
    return Optional.of(
        new Finding(
            Rule.SELECTOR_CHANGED,
            change.removal(name.value(), users),
            change.changedEntry(name).map(Entry::field).orElse(Entry.LISTS),
            problem(change, name, lost),
            users,
            Removal.fixes(
                change
                    .before()
                    .entries(name)
                    .filter(Entry::isInTree)
                    .filter(entry -> entry.selector().filter(lost::contains).isPresent()),
                name.value())));
  }

  private static String problem(Comparison change, ResourceName name, Set<Selector> lost) {
    String selectors =
        lost.stream()
            .map(selector ->
                change
                    .after()
                    .served(selector)
                    .map(winner -> selector + " (now those of " + winner + ")")
                    .orElse(selector.toString()))
            .sorted()
            .collect(Collectors.joining(", "));
    return name
        + " loses the devices "
        + selectors
        + (change.knowsUses()
            ? ": what uses it may find none at its next start or migration"
            : change.unlessKnown());
  }
}
