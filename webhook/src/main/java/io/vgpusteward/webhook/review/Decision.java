package io.vgpusteward.webhook.review;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** The answer to a {@link Review}. */
public sealed interface Decision {
  /**
   * The object may be stored, as it stands here.
   *
   * @param object the reviewed object itself where nothing was changed
   * @param audit what was done, for the audit log
   */
  record Admitted(
      ObjectNode object, boolean changed, List<String> warnings, Map<String, String> audit)
      implements Decision {
    public Admitted {
      warnings = List.copyOf(warnings);
      audit = Map.copyOf(audit);
    }

    /** The reviewed object may be stored as it is. */
    public static Admitted unchanged(Review review, List<String> warnings) {
      return new Admitted(review.object(), false, warnings, Map.of());
    }
  }

  /** The object must not be stored; the message names the field and the fix. */
  record Denied(int code, String reason, String message) implements Decision {}

  /** It cannot be said yet, because the cluster has not been seen in full. */
  record NotReady(List<String> missing) implements Decision {
    public NotReady {
      missing = List.copyOf(missing);
    }
  }
}
