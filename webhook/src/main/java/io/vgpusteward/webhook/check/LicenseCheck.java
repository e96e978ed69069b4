package io.vgpusteward.webhook.check;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.LicenseFact;
import io.vgpusteward.webhook.policy.Finding;
import io.vgpusteward.webhook.policy.Rule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Whether there is a licence for the guest, in its own namespace or else in that of the release,
 * and for how long. A guest that is to get none, such as one of Windows, is not judged, nor is any
 * where licences are not known, as in a snapshot.
 */
public final class LicenseCheck implements Check {
  /** Time enough to have a new token made. */
  private static final Duration NEAR = Duration.ofDays(14);

  private final String releaseNamespace;
  private final InstantSource clock;

  /**
   * A check.
   *
   * @param releaseNamespace where the default licence is
   * @param clock tells which licences have expired
   */
  public LicenseCheck(String releaseNamespace, InstantSource clock) {
    this.releaseNamespace = releaseNamespace;
    this.clock = clock;
  }

  @Override
  public List<Finding> of(Subject subject) {
    return subject.getsLicense() ? of(subject.namespace(), subject.view()) : List.of();
  }

  /** The same for any guest of the namespace that is to get a licence. */
  public List<Finding> of(String namespace, ClusterView view) {
    if (!view.knowsLicenses()) {
      return List.of();
    }
    Optional<LicenseFact> own = view.license(namespace);
    String secret =
        "Secret " + (own.isPresent() ? namespace : releaseNamespace) + "/" + Keys.LICENSE_SECRET;
    return own.or(() -> view.license(releaseNamespace))
        .map(license -> judge(secret, license))
        .orElseGet(() ->
            finding(
                Rule.LICENSE_MISSING,
                "there is no licence, and it cannot start before there is one; create Secret "
                    + Keys.LICENSE_SECRET
                    + " in namespace "
                    + namespace
                    + ", or in "
                    + releaseNamespace
                    + " for all namespaces"));
  }

  private List<Finding> judge(String secret, LicenseFact license) {
    if (!license.hasToken()) {
      return finding(
          Rule.LICENSE_MISSING,
          secret
              + " holds no client configuration token; store the file of the NVIDIA License System"
              + " in it, under one key that ends in .tok");
    }
    Optional<Instant> end = license.expires();
    Instant now = clock.instant();
    if (end.filter(at -> !at.isAfter(now)).isPresent()) {
      return finding(
          Rule.LICENSE_EXPIRING,
          "the token in " + secret + " expired at " + end.get() + "; replace it by a new one");
    }
    return end.filter(at -> at.isBefore(now.plus(NEAR))).isPresent()
        ? finding(
            Rule.LICENSE_EXPIRING,
            "the token in " + secret + " expires at " + end.get() + "; have a new one made")
        : List.of();
  }

  private static List<Finding> finding(Rule rule, String message) {
    return List.of(new Finding(rule, message));
  }
}
