package io.vgpusteward.webhook.review;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The answer to a {@link Review}. */
public sealed interface Decision {
  /**
   * The object may be stored, as it stands here.
   *
   * @param object the reviewed object itself where nothing was changed
   * @param audit what was done, for the audit log
   * @param remarks what whoever sent it is warned of
   */
  record Admitted(
      ObjectNode object, boolean changed, Map<String, String> audit, List<Remark> remarks)
      implements Decision {
    public Admitted {
      audit = Map.copyOf(audit);
      remarks = List.copyOf(remarks);
    }

    /** The same with warnings of which no rule of the policy speaks. */
    public Admitted(
        ObjectNode object, boolean changed, List<String> warnings, Map<String, String> audit) {
      this(object, changed, audit, Remark.of(warnings));
    }

    /** The reviewed object may be stored as it is. */
    public static Admitted unchanged(Review review, List<String> warnings) {
      return new Admitted(review.object(), false, warnings, Map.of());
    }

    /** The remarks in words. */
    public List<String> warnings() {
      return remarks.stream().map(Remark::text).toList();
    }
  }

  /**
   * The object must not be stored.
   *
   * @param remarks why not, each with the field and the fix
   */
  record Denied(int code, String reason, List<Remark> remarks) implements Decision {
    public Denied {
      remarks = List.copyOf(remarks);
    }

    /** The same for one reason of which no rule of the policy speaks. */
    public Denied(int code, String reason, String message) {
      this(code, reason, List.of(Remark.of(message)));
    }

    /** The remarks in words. */
    public String message() {
      return remarks.stream().map(Remark::text).collect(Collectors.joining("; "));
    }
  }

  /** It cannot be said yet, because the cluster has not been seen in full. */
  record NotReady(List<String> missing) implements Decision {
    public NotReady {
      missing = List.copyOf(missing);
    }
  }
}
