package io.vgpusteward.webhook.license;

import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.SecretStore;
import io.vgpusteward.webhook.guest.SecretNames;
import io.vgpusteward.webhook.license.GuestSecrets.Outcome;
import io.vgpusteward.webhook.license.GuestSecrets.Written;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass over one guest's Secret: makes it what it should be by what the cluster looks like now.
 * Passes may be repeated and cut short at any point; the next one goes on from there. Blocks.
 */
final class GuestReconciler implements WorkQueue.Work<SecretKey> {
  private static final Logger LOG = LoggerFactory.getLogger(GuestReconciler.class);

  /** Refusals in a row before the user hears of them: an API server restarts now and then. */
  private static final int PATIENCE = 5;

  /** The wait before it is looked again whether the view is complete. */
  private static final Duration UNREADY = Duration.ofSeconds(1);

  private final Cluster cluster;
  private final GuestContents contents;
  private final GuestSecrets secrets;
  private final Revisits revisits;
  private final Reports reports;
  private final ControllerMetrics metrics;

  GuestReconciler(
      Cluster cluster,
      GuestContents contents,
      GuestSecrets secrets,
      Revisits revisits,
      Reports reports,
      ControllerMetrics metrics) {
    this.cluster = cluster;
    this.contents = contents;
    this.secrets = secrets;
    this.revisits = revisits;
    this.reports = reports;
    this.metrics = metrics;
  }

  @Override
  public Next process(SecretKey key, int failures) {
    long start = System.nanoTime();
    try {
      return pass(key);
    } catch (SecretStore.ConflictException e) {
      LOG.debug("{}: somebody else wrote first", key);
      metrics.wrote("conflict");
      return new Next.Retry();
    } catch (RuntimeException e) {
      String what = Failure.describe(e);
      LOG.warn("Secret {}: {}", key, what);
      failed(key, failures + 1, what);
      return new Next.Retry();
    } finally {
      metrics.reconciled(Duration.ofNanos(System.nanoTime() - start));
    }
  }

  private Next pass(SecretKey key) {
    ClusterView view = cluster.view();
    List<Guest> users = users(view, key);
    reports.retain(key, users);
    if (users.isEmpty()) {
      return release(key, view);
    }
    Claim claim = Claim.of(key, users, () -> secrets.find(key));
    claim.others().forEach(guest -> reportSharing(guest, key));
    if (claim.owner().isEmpty() || claim.owner().get().deleting()) {
      return new Next.Done();
    }
    Guest owner = claim.owner().get();
    return switch (contents.of(owner)) {
      case GuestContent.Lacking lacking -> {
        reports.problem(key, owner, lacking.problem(), wantsLicense(owner), lacking.note());
        if (secrets.keep(key, owner)) {
          metrics.wrote("updated");
        }
        yield lacking.problem() == Problem.USER_DATA_SECRET_MISSING
            ? new Next.Retry()
            : revisits.next(owner);
      }
      case GuestContent.Ready ready -> {
        tell(key, owner, ready, secrets.write(key, owner, ready));
        yield revisits.next(owner);
      }
    };
  }

  private void tell(SecretKey key, Guest owner, GuestContent.Ready content, Written written) {
    switch (written.outcome()) {
      case NOT_OURS, NOT_OURS_BUT_OWNED -> {
        reportForeign(key, owner, written.outcome() == Outcome.NOT_OURS_BUT_OWNED);
        return;
      }
      case CREATED -> metrics.wrote("created");
      case REPLACED -> metrics.wrote("updated");
      case UNCHANGED -> {}
    }
    if (written.newLicense()) {
      reports.news(
          owner,
          "LicenseInjected",
          written.outcome() == Outcome.CREATED
              ? "Secret " + key.name() + " holds the licence."
              : "Secret " + key.name() + " holds a licence that the guest gets at its next start.");
    }
    if (written.newContent() && owner.configDrive()) {
      reports.news(
          owner,
          "ConfigDriveCached",
          "The user data changed. On a ConfigDrive, cloud-init trusts its cache: a guest that has"
              + " booted before sees the change only after 'cloud-init clean' in it and a restart."
              + " cloudInitNoCloud knows no such limit.");
    }
    content
        .unsupported()
        .ifPresentOrElse(
            reason ->
                reports.problem(
                    key,
                    owner,
                    Problem.USER_DATA_UNSUPPORTED,
                    true,
                    reason + " The guest gets no licence this way; bring it yourself."),
            () -> reports.solved(key, owner));
  }

  /** Deletes a Secret of ours that nobody uses; before the view is complete nobody knows. */
  private Next release(SecretKey key, ClusterView view) {
    if (!view.isReady()) {
      return new Next.After(UNREADY);
    }
    Optional<SecretObject> found =
        SecretNames.isOurs(key.name())
            ? secrets.find(key).filter(GuestSecrets::isOurs)
            : Optional.empty();
    if (found.isEmpty()) {
      secrets.forget(key);
      return new Next.Done();
    }
    if (!users(cluster.view(), key).isEmpty()) {
      return new Next.After(Duration.ZERO);
    }
    secrets.delete(key, found.get());
    LOG.debug("{}: deleted, no guest uses it", key);
    metrics.wrote("deleted");
    return new Next.Done();
  }

  private void failed(SecretKey key, int failures, String what) {
    if (failures < PATIENCE) {
      metrics.failed(Problem.SECRET_FAILED);
      return;
    }
    Optional<Guest> owner = Claim.of(key, users(cluster.view(), key), Optional::empty).owner();
    owner.ifPresent(guest ->
        reports.problem(
            key,
            guest,
            Problem.SECRET_FAILED,
            wantsLicense(guest),
            "Secret " + key.name() + " cannot be brought up to date: " + what));
  }

  private void reportSharing(Guest guest, SecretKey key) {
    String name = SecretNames.forGuest(guest.key().name());
    reports.problem(
        key,
        guest,
        Problem.SECRET_OF_ANOTHER,
        wantsLicense(guest),
        "Its cloud-init volume names Secret "
            + key.name()
            + ", which belongs to another guest. Set its secretRef to "
            + name
            + ", with annotations "
            + Keys.PREFIX
            + "* of its own.");
  }

  private void reportForeign(SecretKey key, Guest owner, boolean owned) {
    reports.problem(
        key,
        owner,
        Problem.SECRET_NOT_OURS,
        wantsLicense(owner),
        "Secret "
            + key.name()
            + " exists without label "
            + Keys.MANAGED_BY
            + ": "
            + Keys.STEWARD
            + (owned ? ", though this guest owns it" : "")
            + ", so it is not overwritten. Delete it, or set the label if its content may go.");
  }

  private static boolean wantsLicense(Guest guest) {
    try {
      return GuestWish.of(guest).license().isPresent();
    } catch (GuestWish.UnreadableException e) {
      return true;
    }
  }

  private static List<Guest> users(ClusterView view, SecretKey key) {
    return view.guestsOfSecret(key.namespace(), key.name()).stream()
        .filter(guest -> !guest.finished())
        .toList();
  }
}
