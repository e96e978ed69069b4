package io.vgpusteward.webhook.license;

import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.SecretObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The licences of a cluster: the namespace's own, else the default in the release namespace. Each
 * version of a Secret is parsed once, however many guests ask.
 *
 * <p>Any thread may call; nothing blocks, since licences are watched.
 */
public final class Licenses {
  private final Cluster cluster;
  private final String releaseNamespace;
  private final InstantSource clock;
  private final Map<String, Parsed> parsed = new ConcurrentHashMap<>();

  private record Parsed(String uid, String resourceVersion, LicenseSecret license) {
    boolean isOf(SecretObject secret) {
      return uid.equals(secret.uid()) && resourceVersion.equals(secret.resourceVersion());
    }
  }

  public Licenses(Cluster cluster, String releaseNamespace, InstantSource clock) {
    this.cluster = cluster;
    this.releaseNamespace = releaseNamespace;
    this.clock = clock;
  }

  /**
   * The licence of the namespace's guests. One of their own that is broken counts, too: whoever put
   * it there did not mean the default.
   */
  public LicenseLookup of(String namespace) {
    Optional<LicenseSecret> own = read(namespace);
    String source = own.isPresent() ? namespace : releaseNamespace;
    return own.or(() -> read(releaseNamespace))
        .map(license -> judge(source, license))
        .orElseGet(() ->
            new LicenseLookup.Lacking(
                Problem.LICENSE_MISSING,
                "There is no licence: create Secret "
                    + Keys.LICENSE_SECRET
                    + " with key "
                    + LicenseSecret.TOKEN_KEY
                    + " in namespace "
                    + namespace
                    + ", or in "
                    + releaseNamespace
                    + " for all namespaces."));
  }

  String releaseNamespace() {
    return releaseNamespace;
  }

  /** Whether the namespace's guests get the default. */
  boolean usesDefault(String namespace) {
    return cluster.licenseSecret(namespace).isEmpty();
  }

  /** When the licences looked up so far expire, by namespace of their Secret. */
  Map<String, Instant> expiries() {
    Map<String, Instant> result = new TreeMap<>();
    parsed.forEach((namespace, entry) -> {
      if (entry.license() instanceof LicenseSecret.Usable usable) {
        usable.expires().ifPresent(expires -> result.put(namespace, expires));
      }
    });
    return result;
  }

  private LicenseLookup judge(String namespace, LicenseSecret license) {
    String secret = "Secret " + namespace + "/" + Keys.LICENSE_SECRET;
    return switch (license) {
      case LicenseSecret.Malformed malformed ->
          new LicenseLookup.Lacking(
              Problem.LICENSE_MALFORMED, secret + ": " + malformed.reason() + ".");
      case LicenseSecret.Usable usable
          when usable.expires().filter(expires -> !expires.isAfter(clock.instant())).isPresent() ->
          new LicenseLookup.Lacking(
              Problem.LICENSE_EXPIRED,
              "The token in "
                  + secret
                  + " expired at "
                  + usable.expires().orElseThrow()
                  + ": replace it by a new one from the NVIDIA License System.");
      case LicenseSecret.Usable usable -> new LicenseLookup.Found(namespace, usable);
    };
  }

  private Optional<LicenseSecret> read(String namespace) {
    Optional<SecretObject> secret = cluster.licenseSecret(namespace);
    if (secret.isEmpty()) {
      parsed.remove(namespace);
      return Optional.empty();
    }
    Parsed entry =
        parsed.compute(
            namespace,
            (key, known) ->
                known != null && known.isOf(secret.get())
                    ? known
                    : new Parsed(
                        secret.get().uid(),
                        secret.get().resourceVersion(),
                        LicenseSecret.parse(secret.get())));
    return Optional.of(entry.license());
  }
}
