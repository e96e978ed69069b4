package io.vgpusteward.webhook.injection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.guest.GuestObject;
import io.vgpusteward.webhook.guest.Injected;
import io.vgpusteward.webhook.guest.JsonTree;
import java.util.List;
import java.util.Optional;

/**
 * What travels through the guest to its launcher pod: the profile's annotation, the frame buffer
 * marker and the scheduler's name.
 */
final class PodInjection {
  private static final List<String> SIDES = List.of("requests", "limits");

  private PodInjection() {}

  static void apply(GuestObject guest, Optional<Injected> before, Injected after) {
    profile(guest, before.flatMap(Injected::profile), after.profile());
    marker(guest, before.map(Injected::framebufferGib).orElse(0), after.framebufferGib());
    scheduler(guest, before.flatMap(Injected::schedulerName), after.schedulerName());
  }

  private static void profile(GuestObject guest, Optional<String> before, Optional<String> after) {
    if (!guest.isVirtualMachine()) {
      return; // Its own annotation, which the user wrote, is the pod's.
    }
    replace(guest, JsonTree.child(guest.podAnnotations(), Keys.PROFILE), before, after);
  }

  private static void marker(GuestObject guest, int before, int after) {
    markers(guest).forEach(path -> replace(guest, path, quantity(before), quantity(after)));
  }

  /** Where the marker stands. */
  static List<List<String>> markers(GuestObject guest) {
    return SIDES.stream()
        .map(side -> guest.spec("domain", "resources", side, Keys.FRAMEBUFFER_GIB))
        .toList();
  }

  /**
   * Takes out marker and scheduler as far as they were injected; the marker whatever its value,
   * since API servers may write a quantity otherwise.
   */
  static void withdrawPlacement(GuestObject guest, Injected before) {
    if (before.framebufferGib() > 0) {
      markers(guest).stream()
          .filter(path -> !guest.peek(path).isMissingNode())
          .forEach(guest::remove);
    }
    scheduler(guest, before.schedulerName(), Optional.empty());
  }

  private static Optional<String> quantity(int gib) {
    return gib > 0 ? Optional.of(Integer.toString(gib)) : Optional.empty();
  }

  private static void scheduler(
      GuestObject guest, Optional<String> before, Optional<String> after) {
    List<String> path = guest.spec("schedulerName");
    Optional<String> found = guest.tree().text(path).filter(name -> !name.isEmpty());
    if (found.isEmpty() || found.equals(before)) {
      replace(guest, path, before, after);
    }
  }

  /** Sets the value; where there is none any more, removes it if it is still the earlier one. */
  private static void replace(
      GuestObject guest, List<String> path, Optional<String> before, Optional<String> after) {
    Optional<String> found = guest.tree().text(path);
    if (after.isPresent()) {
      if (!found.equals(after)) {
        ObjectNode holder = guest.tree().ensureObject(path.subList(0, path.size() - 1));
        holder.put(path.get(path.size() - 1), after.get());
      }
    } else if (found.isPresent() && found.equals(before)) {
      guest.remove(path);
    }
  }
}
