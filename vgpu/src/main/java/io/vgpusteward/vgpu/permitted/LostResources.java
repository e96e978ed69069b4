package io.vgpusteward.vgpu.permitted;

import io.vgpusteward.vgpu.ResourceName;
import java.util.List;
import java.util.stream.Stream;

/**
 * Resources that go from the list. A renamed one is lost, and a new one there. Without any list
 * KubeVirt stops its device plugins all the same, and the next list refuses the rest.
 */
final class LostResources {
  private LostResources() {}

  static Stream<Finding> judge(Comparison change) {
    return change.before().names().stream()
        .filter(ExtendedResource::isValid)
        .filter(name -> !change.after().names().contains(name))
        .map(name -> lost(change, name));
  }

  private static Finding lost(Comparison change, ResourceName name) {
    List<String> users = change.uses().of(name);
    Entry first = change.before().entries(name).findFirst().orElseThrow();
    return new Finding(
        change.mayBeUsed(name) ? Rule.LOST_IN_USE : Rule.LOST_UNUSED,
        change.removal(name.value(), users),
        change.after().isGiven() ? first.field() : Entry.LISTS,
        problem(change, name),
        users,
        Removal.fixes(change.before().entries(name), name.value()));
  }

  private static String problem(Comparison change, ResourceName name) {
    String lost =
        change.after().isGiven()
            ? name + " is lost from the list"
            : "the whole list is lost, and " + name + " with it";
    if (!change.knowsUses()) {
      return lost + change.unlessKnown();
    }
    return change.mayBeUsed(name)
        ? lost + ": the next start or migration of what uses it fails"
        : lost + ", which nothing uses now: if that is meant, acknowledge it";
  }
}
