package io.vgpusteward.server.adopt;

import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.sweep.Gap;
import io.vgpusteward.webhook.sweep.GapFinder;
import java.util.Optional;

/**
 * Has virtual machines mutated, by the annotation that the mutation answers and takes out again.
 * Blocks.
 */
final class Adoption {
  private final Annotations annotations;
  private final ClusterView view;
  private final GapFinder finder;

  /** {@link Cluster#annotate}. */
  interface Annotations {
    Guest annotate(GuestKey guest, String annotation, Optional<String> value);
  }

  /** What became of a virtual machine, in words, and whether it has all that it needs. */
  record Outcome(boolean good, String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  Adoption(Annotations annotations, ClusterView view, GapFinder finder) {
    this.annotations = annotations;
    this.view = view;
    this.finder = finder;
  }

  /** Whether there is anything to do for the virtual machine. */
  static boolean isNeeded(Guest guest, ClusterView view, GapFinder finder) {
    return finder.gap(guest, view).isPresent() || GapFinder.isReleased(guest, view);
  }

  /** Says what the virtual machine lacks. */
  Outcome preview(GuestKey key) {
    return view.guest(key).map(this::preview).orElseGet(Adoption::unknown);
  }

  private Outcome preview(Guest guest) {
    Optional<Gap> gap = finder.gap(guest, view);
    if (gap.isPresent()) {
      return new Outcome(false, gap.get().note());
    }
    return GapFinder.isReleased(guest, view)
        ? new Outcome(false, "its placement was taken out by 'vgpu-steward release'")
        : lacksNothing();
  }

  /** Has the virtual machine mutated, and says what it lacks then. */
  Outcome adopt(GuestKey key) {
    Optional<Guest> before = view.guest(key);
    if (before.isEmpty()) {
      return unknown();
    }
    if (!isNeeded(before.get(), view, finder)) {
      return lacksNothing();
    }
    try {
      Guest after = annotations.annotate(key, Keys.ADOPT, Optional.of("true"));
      if (after.annotations().containsKey(Keys.ADOPT)) {
        annotations.annotate(key, Keys.ADOPT, Optional.empty());
        return new Outcome(
            false,
            "the webhook of vgpu-steward did not answer: see that it runs and that its"
                + " MutatingWebhookConfiguration is there and covers this namespace");
      }
      return outcome(after);
    } catch (ClusterException e) {
      return new Outcome(false, String.valueOf(e.getMessage()));
    }
  }

  private Outcome outcome(Guest after) {
    Optional<Gap> left = finder.gap(after, view);
    if (left.isPresent()) {
      return new Outcome(false, "still not as it should be: " + left.get().note());
    }
    String license =
        after.userDataSecret().filter(name -> name.startsWith(Keys.GUEST_SECRET_PREFIX)).isPresent()
            ? ""
            : "; it has no licence: without a cloud-init volume that takes one it needs the"
                + " annotation "
                + Keys.LICENSE
                + ": \"true\"";
    return new Outcome(
        true, (after.running() ? "managed from its next start on" : "managed") + license);
  }

  private static Outcome lacksNothing() {
    return new Outcome(true, "lacks nothing");
  }

  private static Outcome unknown() {
    return new Outcome(false, "there is no such virtual machine");
  }
}
