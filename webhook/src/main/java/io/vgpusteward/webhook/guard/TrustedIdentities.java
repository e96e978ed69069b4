package io.vgpusteward.webhook.guard;

import io.vgpusteward.webhook.review.Requester;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who is warned where others are denied: controllers that own the permitted list and mean what they
 * take out of it. Nobody by default.
 *
 * @param users exact names; {@code system:serviceaccount:<namespace>:<name>} for a ServiceAccount
 */
public record TrustedIdentities(Set<String> users, Set<String> groups) {
  private static final String GROUP = "group:";

  public TrustedIdentities {
    users = Set.copyOf(users);
    groups = Set.copyOf(groups);
  }

  /** Nobody. */
  public static TrustedIdentities none() {
    return new TrustedIdentities(Set.of(), Set.of());
  }

  /**
   * Reads {@code <user>} and {@code group:<group>}.
   *
   * @throws IllegalArgumentException for a name that is empty
   */
  public static TrustedIdentities parse(List<String> names) {
    Set<String> users = new HashSet<>();
    Set<String> groups = new HashSet<>();
    for (String name : names) {
      boolean isGroup = name.startsWith(GROUP);
      String plain = (isGroup ? name.substring(GROUP.length()) : name).strip();
      if (plain.isEmpty()) {
        throw new IllegalArgumentException(
            "'" + name + "' names nobody; it must be <user> or group:<group>");
      }
      (isGroup ? groups : users).add(plain);
    }
    return new TrustedIdentities(users, groups);
  }

  boolean include(Requester requester) {
    return users.contains(requester.user())
        || requester.groups().stream().anyMatch(groups::contains);
  }
}
