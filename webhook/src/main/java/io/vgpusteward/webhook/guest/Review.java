package io.vgpusteward.webhook.guest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.GuestKey;
import java.util.Optional;

/**
 * One question about a guest.
 *
 * @param uid the request's uid, which names what has no name yet
 * @param oldObject the stored object, for an update
 */
public record Review(
    String uid,
    GuestKey.Kind kind,
    Operation operation,
    String namespace,
    ObjectNode object,
    Optional<ObjectNode> oldObject) {
  /** What happens to the object. */
  public enum Operation {
    CREATE,
    UPDATE
  }
}
