package io.vgpusteward.webhook.review;

import java.util.List;

/**
 * Who sent a request, as the API server has authenticated it.
 *
 * @param user {@code system:serviceaccount:<namespace>:<name>} for a ServiceAccount
 */
public record Requester(String user, List<String> groups) {
  /** Somebody of whom nothing is known, as for a manifest that nobody has sent yet. */
  public static final Requester UNKNOWN = new Requester("", List.of());

  public Requester {
    groups = List.copyOf(groups);
  }
}
