package io.vgpusteward.webhook.license;

import io.micrometer.core.instrument.MeterRegistry;
import io.vgpusteward.cluster.Candidate;
import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterListener;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the Secret that each guest's cloud-init volume points at, from what the user wrote and the
 * licence, and keeps it up to date while this process leads.
 *
 * <p>A Secret is ours when it has the name that the guest expects and our label; any other is left
 * alone. Where a source is missing or broken the last good content stays and the guest gets an
 * Event. A Secret is deleted when no guest uses it.
 *
 * <p><b>Cost.</b> A changed licence costs one PUT and one Event per guest and no GET: the version
 * written last is remembered, and a write that somebody was ahead of is decided anew. With a user's
 * own Secret there is one GET in addition. The PUT is 15 kB each way without user data: a token of
 * 2.9 kB and the script around it, in base64 three times over. So 10,000 guests are 10,000 PUTs,
 * 300 MB, and 10,000 Events, spread over 200 seconds by {@link QueueLimits#DEFAULT}; the licence is
 * parsed once. A new leader reads each Secret once, one GET a guest. In quiet times it is one GET a
 * guest per {@link Settings#resync}, or two per {@link Settings#userSecretPoll} where there is a
 * user's own Secret. ControllerCostTest counts the calls.
 */
public final class LicenseController implements AutoCloseable {
  /** The lease that controllers compete for. */
  public static final String LEASE = "vgpu-steward-controller";

  private static final Logger LOG = LoggerFactory.getLogger(LicenseController.class);

  /**
   * How the controller works.
   *
   * @param releaseNamespace where the default licence is
   * @param userSecretPoll how often, at least, a guest's user data is read anew from the user's own
   *     Secret, which is not watched
   * @param resync how often, at least, every other guest's Secret is looked at for edits by others
   */
  public record Settings(
      String releaseNamespace, Duration userSecretPoll, Duration resync, QueueLimits limits) {
    public Settings {
      if (!userSecretPoll.isPositive() || !resync.isPositive()) {
        throw new IllegalArgumentException("userSecretPoll and resync must be positive");
      }
    }

    /** The same with another interval for users' Secrets. */
    public Settings withUserSecretPoll(Duration interval) {
      return new Settings(releaseNamespace, interval, resync, limits);
    }

    /** Five minutes for users' Secrets, half an hour for the rest. */
    public static Settings of(String releaseNamespace) {
      return new Settings(
          releaseNamespace, Duration.ofMinutes(5), Duration.ofMinutes(30), QueueLimits.DEFAULT);
    }
  }

  private final Cluster cluster;
  private final Settings settings;
  private final InstantSource clock;
  private final ControllerMetrics metrics;
  private final Candidate<LicenseTerm> candidate;

  private LicenseController(
      Cluster cluster, Settings settings, MeterRegistry meters, InstantSource clock) {
    this.cluster = cluster;
    this.settings = settings;
    this.clock = clock;
    this.metrics = new ControllerMetrics(meters);
    this.candidate = new Candidate<>(cluster, LEASE, this::begin);
  }

  /**
   * Takes part in the election, and works on threads of its own whenever it leads.
   *
   * @param clock tells whether a licence has expired
   */
  public static LicenseController start(
      Cluster cluster, Settings settings, MeterRegistry meters, InstantSource clock) {
    LicenseController controller = new LicenseController(cluster, settings, meters, clock);
    cluster.addListener(controller::changed);
    controller.candidate.start();
    return controller;
  }

  /** Stops working, gives up the lease; a second call does nothing. */
  @Override
  public void close() {
    candidate.close();
    metrics.close();
  }

  private LicenseTerm begin() {
    LOG.info("leading: licences are written from here");
    LicenseTerm term = new LicenseTerm(cluster, settings, metrics, clock);
    metrics.follow(Optional.of(term));
    term.start();
    return term;
  }

  private void changed(ClusterListener.Change change) {
    candidate.term().ifPresent(term -> term.changed(change));
  }
}
