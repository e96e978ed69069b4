package io.vgpusteward.webhook.license;

import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.Keys;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When a guest's Secret is looked at again though nothing is known to have changed: because the
 * user's own Secret is not watched, because nobody tells when one of ours is edited or deleted, and
 * when the licence expires.
 */
final class Revisits {
  private final LicenseController.Settings settings;
  private final Licenses licenses;
  private final InstantSource clock;

  Revisits(LicenseController.Settings settings, Licenses licenses, InstantSource clock) {
    this.settings = settings;
    this.licenses = licenses;
    this.clock = clock;
  }

  /** The next look: spread at random over the later half of its interval. */
  Next next(Guest guest) {
    Duration interval =
        guest.annotations().containsKey(Keys.USER_DATA_SECRET)
            ? settings.userSecretPoll()
            : settings.resync();
    long nanos = interval.toNanos();
    Duration wait = Duration.ofNanos(nanos - ThreadLocalRandom.current().nextLong(nanos / 2 + 1));
    if (licenses.of(guest.key().namespace()) instanceof LicenseLookup.Found found
        && found.expires().isPresent()) {
      Duration left = Duration.between(clock.instant(), found.expires().get());
      return new Next.After(left.compareTo(wait) < 0 ? left : wait);
    }
    return new Next.After(wait);
  }
}
