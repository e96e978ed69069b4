package io.vgpusteward.webhook.admission;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.DiffFlags;
import io.fabric8.zjsonpatch.JsonDiff;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.review.Decision;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;

/** Answers as AdmissionReviews of {@code admission.k8s.io/v1}. */
public final class AdmissionResponse {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final JsonPointer USER_DATA =
      JsonPointer.empty()
          .appendProperty("metadata")
          .appendProperty("annotations")
          .appendProperty(Keys.USER_DATA);
  private static final EnumSet<DiffFlags> FLAGS =
      EnumSet.of(DiffFlags.OMIT_COPY_OPERATION, DiffFlags.OMIT_VALUE_ON_REMOVE);

  private AdmissionResponse() {}

  /** The answer that lets the object be stored as the decision has it. */
  static ObjectNode admitted(String uid, ObjectNode reviewed, Decision.Admitted decision) {
    ObjectNode review = review(uid, true);
    ObjectNode response = (ObjectNode) review.get("response");
    if (decision.changed()) {
      String patch = patch(reviewed, decision.object()).toString();
      response.put("patchType", "JSONPatch");
      response.put(
          "patch", Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)));
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
    // A move needs the annotations on both sides, and nothing in its way.
    ObjectNode start = from.deepCopy();
    ObjectNode end = to.deepCopy();
    if (!from.at(USER_DATA).equals(to.at(USER_DATA))) {
      ObjectNode annotations = annotations(start);
      if (to.at(USER_DATA).isTextual()) {
        annotations.remove(Keys.USER_DATA);
      }
      annotations(end);
    }
    ArrayNode patch = MAPPER.createArrayNode();
    JsonDiff.asJson(from, start, FLAGS).forEach(patch::add);
    JsonDiff.asJson(start, end, FLAGS).forEach(patch::add);
    JsonDiff.asJson(end, to, FLAGS).forEach(patch::add);
    return patch;
  }

  private static ObjectNode annotations(ObjectNode guest) {
    return member(member(guest, "metadata"), "annotations");
  }

  private static ObjectNode member(ObjectNode of, String name) {
    return of.get(name) instanceof ObjectNode object ? object : of.putObject(name);
  }

  private static ObjectNode review(String uid, boolean allowed) {
    ObjectNode review = MAPPER.createObjectNode();
    review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    review.putObject("response").put("uid", uid).put("allowed", allowed);
    return review;
  }
}
