package io.vgpusteward.webhook.license;

import java.time.Instant;
import java.util.Optional;

/** What licence the guests of a namespace get. */
public sealed interface LicenseLookup {
  /**
   * A licence that has not expired.
   *
   * @param namespace where its Secret is: the guests' own, or that of the release
   */
  record Found(String namespace, LicenseSecret.Usable license) implements LicenseLookup {
    /** When the token expires; empty for never. */
    public Optional<Instant> expires() {
      return license.expires();
    }
  }

  /**
   * None that could be used.
   *
   * @param problem missing, malformed or expired
   * @param note which Secret is at fault and the cure, for people; no secrets
   */
  record Lacking(Problem problem, String note) implements LicenseLookup {}
}
