package io.vgpusteward.webhook.admission;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.DiffFlags;
import io.fabric8.zjsonpatch.JsonDiff;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.review.Decision;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** Answers as AdmissionReviews of {@code admission.k8s.io/v1}. */
public final class AdmissionResponse {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final JsonPointer ANNOTATIONS =
      JsonPointer.empty().appendProperty("metadata").appendProperty("annotations");
  private static final JsonPointer USER_DATA = ANNOTATIONS.appendProperty(Keys.USER_DATA);
  private static final EnumSet<DiffFlags> FLAGS =
      EnumSet.of(DiffFlags.OMIT_COPY_OPERATION, DiffFlags.OMIT_VALUE_ON_REMOVE);

  private AdmissionResponse() {}

  /** The answer that lets the object be stored as the decision has it. */
  static ObjectNode admitted(String uid, ObjectNode reviewed, Decision.Admitted decision) {
    ObjectNode review = review(uid, true);
    ObjectNode response = (ObjectNode) review.get("response");
    if (decision.changed()) {
      response.put("patchType", "JSONPatch");
      // Bytes are what Jackson makes base64 of, as JSON has them.
      response.put("patch", bytes(patch(reviewed, decision.object())));
    }
    ArrayNode warnings = MAPPER.createArrayNode();
    Warnings.withinLimits(decision.warnings()).forEach(warnings::add);
    if (!warnings.isEmpty()) {
      response.set("warnings", warnings);
    }
    if (!decision.audit().isEmpty()) {
      ObjectNode audit = response.putObject("auditAnnotations");
      decision.audit().forEach(audit::put);
    }
    return review;
  }

  /** The answer that refuses the object. */
  static ObjectNode denied(String uid, int code, String reason, String message) {
    ObjectNode review = review(uid, false);
    ((ObjectNode) review.get("response")).set("status", Status.of(code, reason, message));
    return review;
  }

  /**
   * The RFC 6902 patch from one guest to the other, of just what differs. User data that goes from
   * the volume into the annotation, or back, is moved there, so that the patch does not repeat it.
   */
  public static ArrayNode patch(ObjectNode from, ObjectNode to) {
    if (from.at(USER_DATA).equals(to.at(USER_DATA))) {
      return difference(from, to);
    }
    // A move needs the annotations on both sides, and nothing in its way.
    ObjectNode start = withAnnotations(from);
    if (to.at(USER_DATA).isTextual()) {
      ((ObjectNode) start.at(ANNOTATIONS)).remove(Keys.USER_DATA);
    }
    ObjectNode end = withAnnotations(to);
    ArrayNode patch = difference(from, start);
    patch.addAll(difference(start, end));
    patch.addAll(difference(end, to));
    return patch;
  }

  private static ArrayNode difference(ObjectNode from, ObjectNode to) {
    return (ArrayNode) JsonDiff.asJson(from, to, FLAGS);
  }

  /** A copy with annotations of its own, and the rest as it is in the guest, not copied. */
  private static ObjectNode withAnnotations(ObjectNode guest) {
    ObjectNode copy = shallow(guest);
    ObjectNode metadata = shallow(guest.get("metadata"));
    copy.set("metadata", metadata);
    metadata.set("annotations", shallow(metadata.get("annotations")));
    return copy;
  }

  private static ObjectNode shallow(@Nullable JsonNode of) {
    ObjectNode copy = MAPPER.createObjectNode();
    if (of instanceof ObjectNode object) {
      copy.setAll(object);
    }
    return copy;
  }

  /** A tree as JSON in UTF-8. */
  static byte[] bytes(JsonNode tree) {
    try {
      return MAPPER.writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a tree that is no JSON", e);
    }
  }

  private static ObjectNode review(String uid, boolean allowed) {
    ObjectNode review = MAPPER.createObjectNode();
    review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    review.putObject("response").put("uid", uid).put("allowed", allowed);
    return review;
  }
}
