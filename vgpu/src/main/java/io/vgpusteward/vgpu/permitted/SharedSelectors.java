package io.vgpusteward.vgpu.permitted;

import io.vgpusteward.vgpu.PermittedDevice.Kind;
import io.vgpusteward.vgpu.ResourceName;
import java.util.List;
import java.util.NavigableSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Two resources that KubeVirt serves itself on one selector, of which it keeps one without a word.
 * Entries of other device plugins may share it.
 */
final class SharedSelectors {
  private SharedSelectors() {}

  static Stream<Finding> judge(Comparison change) {
    return change.after().selectors().stream()
        .filter(change::isNewlyShared)
        .map(selector -> shared(change, selector));
  }

  private static Finding shared(Comparison change, Selector selector) {
    ResourceName winner = change.after().served(selector).orElseThrow();
    // Who had the devices until now loses them.
    List<ResourceName> losers =
        change.before().served(selector).stream().filter(name -> !name.equals(winner)).toList();
    boolean removes =
        losers.stream()
            .anyMatch(
                name -> change.removal(name.value(), change.uses().of(name)) == Severity.DENY);
    return new Finding(
        Rule.SELECTOR_SHARED,
        removes ? Severity.DENY : Severity.DENY_UNLESS_TRUSTED,
        field(change, selector),
        problem(selector, change.after().wanted(selector), winner)
            + (removes ? change.unlessKnown() : ""),
        losers.stream().flatMap(name -> change.uses().of(name).stream()).toList(),
        List.of(
            new Fix.Other(
                "keep one of them; all profiles of one GPU model share the name of one, and"
                    + " externalResourceProvider: true is for what another device plugin serves")));
  }

  private static String problem(
      Selector selector, NavigableSet<ResourceName> names, ResourceName winner) {
    return names.stream().map(ResourceName::value).collect(Collectors.joining(" and "))
        + " have the same selector "
        + selector
        + ": KubeVirt keeps the "
        + (selector.kind() == Kind.USB ? "first" : "last")
        + " in the list ("
        + winner
        + ") and drops the rest without a word";
  }

  private static String field(Comparison change, Selector selector) {
    List<Entry> sharing =
        change.after().entries().stream()
            .filter(Entry::isInTree)
            .filter(entry -> entry.selector().filter(selector::equals).isPresent())
            .toList();
    return sharing.stream()
        .filter(entry -> !change.before().has(entry.device()))
        .findFirst()
        .orElse(sharing.getLast())
        .field();
  }
}
