package io.vgpusteward.webhook.injection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.guest.GuestObject;
import io.vgpusteward.webhook.guest.Injected;
import io.vgpusteward.webhook.guest.JsonTree;
import io.vgpusteward.webhook.review.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes out of a VirtualMachine what was injected for its placement in either mode, so that any
 * scheduler places it. Pure.
 *
 * <p>The record {@link Keys#INJECTED} says what that is; what the user wrote stays. The record then
 * says that the virtual machine was released, by which the mutation leaves placement out from then
 * on, until somebody has it adopted. Devices, the profile on the pod and cloud-init stay.
 */
public final class PlacementRelease {
  /**
   * What there is to do.
   *
   * @param released the object without its placement; empty where nothing was injected
   * @param removed the fields that were taken out
   * @param left fields that hold a stock scheduler back and that no record says are ours
   */
  public record Outcome(Optional<ObjectNode> released, List<String> removed, List<String> left) {
    public Outcome {
      removed = List.copyOf(removed);
      left = List.copyOf(left);
    }
  }

  private PlacementRelease() {}

  /**
   * Works on a copy.
   *
   * @param vm a VirtualMachine as it is stored
   * @throws IllegalArgumentException when the record cannot be read; the message is for people and
   *     does not repeat it
   */
  public static Outcome of(ObjectNode vm) {
    GuestObject guest = new GuestObject(GuestKey.Kind.VirtualMachine, vm.deepCopy());
    try {
      Optional<Injected> record = guest.annotation(Keys.INJECTED).map(PlacementRelease::parse);
      if (record.filter(Injected::isPlaced).isEmpty()) {
        return new Outcome(Optional.empty(), List.of(), left(guest));
      }
      Injected before = record.get();
      List<String> removed = new ArrayList<>(present(guest, before));
      Injected after = before.withoutPlacement();
      NodeAffinityInjection.apply(guest, record, after);
      PodInjection.withdrawPlacement(guest, before);
      guest.setAnnotation(Keys.INJECTED, after.format());
      removed.removeAll(present(guest, before));
      return new Outcome(Optional.of(guest.tree().root()), removed, left(guest));
    } catch (RefusedException e) {
      throw new IllegalArgumentException(e.problem(), e);
    }
  }

  private static Injected parse(String text) {
    try {
      return Injected.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "its annotation "
              + Keys.INJECTED
              + " cannot be read, so nobody knows what was injected; take out what holds it back by"
              + " hand",
          e);
    }
  }

  /** Which fields of what was injected are there. */
  private static List<String> present(GuestObject guest, Injected record) {
    List<String> fields = new ArrayList<>();
    if (record.framebufferGib() > 0) {
      fields.addAll(markers(guest));
    }
    List<String> name = guest.spec("schedulerName");
    if (record.schedulerName().isPresent()
        && record.schedulerName().equals(guest.tree().text(name))) {
      fields.add(JsonTree.dotted(name));
    }
    record.affinity().stream()
        .filter(profile -> requires(guest, Keys.PROFILE_LABEL_PREFIX + profile))
        .forEach(profile -> fields.add(requirement(guest, Keys.PROFILE_LABEL_PREFIX + profile)));
    return fields;
  }

  private static List<String> left(GuestObject guest) {
    List<String> fields = new ArrayList<>(markers(guest));
    for (JsonNode term : guest.peek(NodeAffinityInjection.terms(guest))) {
      for (JsonNode expression : term.path("matchExpressions")) {
        String key = expression.path("key").asText();
        String field = requirement(guest, key);
        if (key.startsWith(Keys.PROFILE_LABEL_PREFIX) && !fields.contains(field)) {
          fields.add(field);
        }
      }
    }
    return fields;
  }

  private static List<String> markers(GuestObject guest) {
    return PodInjection.markers(guest).stream()
        .filter(path -> !guest.peek(path).isMissingNode())
        .map(path -> JsonTree.dotted(path.subList(0, path.size() - 1)) + "[" + path.getLast() + "]")
        .toList();
  }

  private static boolean requires(GuestObject guest, String label) {
    for (JsonNode term : guest.peek(NodeAffinityInjection.terms(guest))) {
      for (JsonNode expression : term.path("matchExpressions")) {
        if (NodeAffinityInjection.isOurs(expression, label)) {
          return true;
        }
      }
    }
    return false;
  }

  private static String requirement(GuestObject guest, String label) {
    return JsonTree.dotted(guest.spec("affinity", "nodeAffinity")) + "[" + label + "]";
  }
}
