package io.vgpusteward.webhook.injection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.guest.GuestObject;
import io.vgpusteward.webhook.guest.Injected;
import io.vgpusteward.webhook.guest.JsonTree;
import java.util.List;
import java.util.Optional;

/**
 * The requirement that a node carries a profile, in a guest's required node affinity.
 *
 * <p>Terms are alternatives, so each of them gets the requirement; one that is empty matches no
 * node at all and would begin to match with it, so it is left as it is.
 */
final class NodeAffinityInjection {
  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

  private NodeAffinityInjection() {}

  /**
   * Makes the guest require the profiles of {@code after} and no longer those of {@code before}.
   */
  static void apply(GuestObject guest, Optional<Injected> before, Injected after) {
    before.ifPresent(earlier ->
        earlier.affinity().stream()
            .filter(profile -> !after.affinity().contains(profile))
            .forEach(profile -> remove(guest, Keys.PROFILE_LABEL_PREFIX + profile)));
    after.affinity().forEach(profile -> require(guest, Keys.PROFILE_LABEL_PREFIX + profile));
  }

  static List<String> terms(GuestObject guest) {
    return guest.spec("affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms");
  }

  private static void require(GuestObject guest, String label) {
    ArrayNode terms = guest.tree().ensureArray(terms(guest));
    if (terms.isEmpty()) {
      terms.addObject();
      addTo(new JsonTree((ObjectNode) terms.get(0)), label);
      return;
    }
    for (ObjectNode term : guest.tree().objects(terms(guest))) {
      if (!isEmpty(term)) {
        addTo(new JsonTree(term), label);
      }
    }
  }

  private static void addTo(JsonTree term, String label) {
    for (ObjectNode expression : term.objects(List.of("matchExpressions"))) {
      if (isOurs(expression, label)) {
        return;
      }
    }
    ObjectNode added = term.ensureArray(List.of("matchExpressions")).addObject();
    added.put("key", label).put("operator", "In").putArray("values").add("true");
  }

  private static void remove(GuestObject guest, String label) {
    guest
        .tree()
        .array(terms(guest))
        .ifPresent(terms -> {
          terms.removeIf(term -> removeFrom(term, label) && isEmpty(term));
          if (terms.isEmpty()) {
            guest.remove(terms(guest));
          }
        });
  }

  /** Whether the term held the requirement, which is gone then. */
  private static boolean removeFrom(JsonNode term, String label) {
    if (!(term.get("matchExpressions") instanceof ArrayNode expressions)) {
      return false;
    }
    int size = expressions.size();
    expressions.removeIf(expression -> isOurs(expression, label));
    boolean removed = expressions.size() < size;
    if (removed && expressions.isEmpty() && term instanceof ObjectNode object) {
      object.remove("matchExpressions");
    }
    return removed;
  }

  static boolean isOurs(JsonNode expression, String label) {
    return expression.path("key").asText().equals(label)
        && expression.path("operator").asText().equals("In")
        && expression.path("values").size() == 1
        && expression.path("values").path(0).asText().equals("true");
  }

  private static boolean isEmpty(JsonNode term) {
    return term.path("matchExpressions").isEmpty() && term.path("matchFields").isEmpty();
  }
}
