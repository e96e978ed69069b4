package io.vgpusteward.webhook.review;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * One question about an object.
 *
 * @param uid the request's uid, which names what has no name yet
 * @param object as it is to be stored
 * @param oldObject as it is stored now, for an update
 * @param requester whoever asks the API server for it
 */
public record Review(
    String uid,
    ReviewedKind kind,
    Operation operation,
    String namespace,
    ObjectNode object,
    Optional<ObjectNode> oldObject,
    Requester requester) {
  /** What happens to the object. */
  public enum Operation {
    CREATE,
    UPDATE
  }

  /** The review of an object that does not exist yet. */
  public static Review ofCreate(
      String uid, ReviewedKind kind, String namespace, ObjectNode object, Requester requester) {
    return new Review(uid, kind, Operation.CREATE, namespace, object, Optional.empty(), requester);
  }

  /** The review of a change of an object. */
  public static Review ofUpdate(
      String uid,
      ReviewedKind kind,
      String namespace,
      ObjectNode object,
      ObjectNode oldObject,
      Requester requester) {
    return new Review(
        uid, kind, Operation.UPDATE, namespace, object, Optional.of(oldObject), requester);
  }
}
