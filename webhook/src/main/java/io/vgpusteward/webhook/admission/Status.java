package io.vgpusteward.webhook.admission;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Failures as Kubernetes' own {@code v1 Status}. */
final class Status {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Status() {}

  static ObjectNode of(int code, String reason, String message) {
    ObjectNode status = MAPPER.createObjectNode();
    status.put("kind", "Status").put("apiVersion", "v1").put("status", "Failure");
    return status.put("message", message).put("reason", reason).put("code", code);
  }

  /** Kubernetes' reason for an HTTP code (k8s.io/apimachinery, meta/v1 StatusReason). */
  static String reason(int code) {
    return switch (code) {
      case 400 -> "BadRequest";
      case 404 -> "NotFound";
      case 405 -> "MethodNotAllowed";
      case 413 -> "RequestEntityTooLarge";
      case 415 -> "UnsupportedMediaType";
      case 503 -> "ServiceUnavailable";
      case 504 -> "Timeout";
      default -> "InternalError";
    };
  }
}
