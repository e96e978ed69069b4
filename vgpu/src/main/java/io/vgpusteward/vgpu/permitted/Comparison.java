package io.vgpusteward.vgpu.permitted;

import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A change, read once for all rules. */
final class Comparison {
  private final PermittedChange change;
  private final Listed before;
  private final Listed after;
  private final Set<String> acknowledged;

  Comparison(PermittedChange change) {
    this.change = change;
    before =
        new Listed(
            change.before().orElse(new PermittedState(PermittedDevices.none(), false, Set.of())));
    after = new Listed(change.after());
    acknowledged = new HashSet<>(before.state().acknowledged());
    acknowledged.addAll(after.state().acknowledged());
  }

  /** Whether the KubeVirt CR is new, so that nothing can be lost. */
  boolean isNew() {
    return change.before().isEmpty();
  }

  Listed before() {
    return before;
  }

  Listed after() {
    return after;
  }

  Uses uses() {
    return change.uses();
  }

  boolean isPassedThrough(PciId id) {
    return change.passedThrough().contains(id);
  }

  /** Whether the resource has users, or nobody can tell. */
  boolean mayBeUsed(ResourceName resource) {
    return !knowsUses() || !uses().of(resource).isEmpty();
  }

  boolean knowsUses() {
    return uses().unseen().isEmpty();
  }

  /** What the removal of something means, by its name and its users. */
  Severity removal(String name, List<String> users) {
    if (acknowledged.contains(name)) {
      return Severity.ACKNOWLEDGED;
    }
    return knowsUses() && users.isEmpty() ? Severity.DENY_UNLESS_TRUSTED : Severity.DENY;
  }

  /** The sentence's end where it is not known who uses what. */
  String unlessKnown() {
    return knowsUses()
        ? ""
        : "; whether anything uses it cannot be told yet (waiting for "
            + String.join(", ", uses().unseen())
            + "): try again in a moment";
  }

  /** Whether two resources have the selector now that had not before, or others. */
  boolean isNewlyShared(Selector selector) {
    Set<ResourceName> now = after.wanted(selector);
    Set<ResourceName> then = before.wanted(selector);
    return now.size() > 1 && !then.containsAll(now);
  }

  /** The place of a resource's entry that was not there before, else of its first. */
  Optional<Entry> changedEntry(ResourceName resource) {
    return after
        .entries(resource)
        .filter(entry -> !before.has(entry.device()))
        .findFirst()
        .or(() -> after.entries(resource).findFirst());
  }
}
