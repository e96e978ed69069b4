package io.vgpusteward.webhook.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.guest.GuestObject;
import io.vgpusteward.webhook.guest.Injected;
import io.vgpusteward.webhook.guest.JsonTree;
import io.vgpusteward.webhook.policy.Finding;
import io.vgpusteward.webhook.policy.Rule;
import io.vgpusteward.webhook.review.Review;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether all was injected that the guest needs: the mutation is asked once more, about the guest
 * as it is to be stored, and has to find nothing left to do. It gives the same answer to its own
 * result whatever settings it has, so what it would still change was never injected, or was taken
 * out again by whoever came after it. It knows whom to leave alone: guests older than this program,
 * opted out, of Cluster API, and what of Windows, Ignition and DRA is not ours.
 */
final class InjectionCheck {
  private InjectionCheck() {}

  /** The finding on a guest that the mutation would still change; none for an equal one. */
  static List<Finding> of(Review review, ObjectNode mutated) {
    List<String> fields = differing(review, mutated);
    return fields.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Rule.INJECTION_MISSING,
                String.join(", ", fields)
                    + ": what the request needs is not there, because the mutating webhook of"
                    + " vgpu-steward was not asked or another one undid its work; retry, and if"
                    + " that does not help have the cluster's operator look at"
                    + " MutatingWebhookConfiguration vgpu-steward"));
  }

  private static List<String> differing(Review review, ObjectNode mutated) {
    GuestObject now = GuestObject.of(review.kind(), review.object());
    GuestObject then = GuestObject.of(review.kind(), mutated);
    List<List<String>> paths = new ArrayList<>();
    for (String list : GuestObject.DEVICE_FIELDS) {
      paths.add(now.devices(list));
    }
    paths.add(now.devices("disks"));
    paths.add(now.spec("volumes"));
    paths.add(now.spec("affinity"));
    paths.add(now.spec("domain", "resources"));
    paths.add(now.spec("schedulerName"));
    paths.add(JsonTree.child(now.podAnnotations(), Keys.PROFILE));
    List<String> fields = new ArrayList<>();
    for (List<String> path : paths) {
      JsonNode here = now.peek(path);
      if (!here.equals(then.peek(path))) {
        fields.add(JsonTree.dotted(path));
      }
    }
    if (!annotations(now).equals(annotations(then)) || !record(now).equals(record(then))) {
      fields.add("metadata.annotations[" + Keys.PREFIX + "*]");
    }
    return fields;
  }

  private static Map<String, JsonNode> annotations(GuestObject guest) {
    Map<String, JsonNode> annotations = guest.ownAnnotations();
    annotations.remove(Keys.INJECTED);
    return annotations;
  }

  /** Its content: another release may write the same in other words. */
  private static Optional<Injected> record(GuestObject guest) {
    try {
      return guest.annotation(Keys.INJECTED).map(Injected::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
