package io.vgpusteward.webhook.license;

import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.SecretStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The Secrets of guests, in the cluster and as far as remembered: what was written last is known by
 * version and fingerprint, so that new content costs one write and no read. A write that somebody
 * else was ahead of is decided anew.
 *
 * <p>All calls block and throw what {@link SecretStore} throws. Any threads, one per Secret.
 */
final class GuestSecrets {
  /** How a write ended. */
  enum Outcome {
    CREATED,
    REPLACED,
    UNCHANGED,
    /** A Secret of that name lacks our label: nothing was written. */
    NOT_OURS,
    /** The same, and it names the guest as its owner. */
    NOT_OURS_BUT_OWNED
  }

  /**
   * What a write did.
   *
   * @param newContent whether the Secret existed and now has another content
   * @param newLicense whether it now has a licence that it had not, as far as is remembered
   */
  record Written(Outcome outcome, boolean newContent, boolean newLicense) {}

  /** What was stored last; of the content only its fingerprint. */
  private record Known(SecretObject hull, String content, Optional<String> license) {
    @Override
    public String toString() {
      return "Known[" + hull + "]";
    }
  }

  private final SecretStore store;
  private final Map<SecretKey, Known> known = new ConcurrentHashMap<>();

  GuestSecrets(SecretStore store) {
    this.store = store;
  }

  /** Makes the guest's Secret hold the content, unless it is somebody else's. */
  Written write(SecretKey key, Guest owner, GuestContent.Ready content) {
    String fingerprint = Fingerprint.of(content.userData().bytes());
    Optional<Known> last = Optional.ofNullable(known.get(key));
    boolean newLicense =
        content.license().isPresent() && !last.flatMap(Known::license).equals(content.license());
    if (last.isPresent() && !last.get().content().equals(fingerprint)) {
      try {
        replace(last.get().hull(), owner, content, fingerprint);
        return new Written(Outcome.REPLACED, true, newLicense);
      } catch (SecretStore.ConflictException e) {
        known.remove(key);
      }
    }
    Optional<SecretObject> found = store.get(key.namespace(), key.name());
    if (found.isEmpty()) {
      SecretObject created = store.create(fresh(key, owner, content));
      remember(key, created, fingerprint, content.license());
      return new Written(Outcome.CREATED, false, content.license().isPresent());
    }
    SecretObject stored = found.get();
    if (!isOurs(stored)) {
      known.remove(key);
      boolean owned = stored.owners().contains(reference(owner));
      return new Written(owned ? Outcome.NOT_OURS_BUT_OWNED : Outcome.NOT_OURS, false, false);
    }
    boolean sameContent = holdsJust(stored, fingerprint);
    if (sameContent && stored.owners().equals(owners(stored, owner))) {
      remember(key, stored, fingerprint, content.license());
      return new Written(Outcome.UNCHANGED, false, false);
    }
    replace(stored, owner, content, fingerprint);
    return new Written(Outcome.REPLACED, !sameContent, !sameContent && newLicense);
  }

  /** Puts the reference to its owner back into a Secret of ours whose content is to stay. */
  boolean keep(SecretKey key, Guest owner) {
    Optional<SecretObject> stored =
        store.get(key.namespace(), key.name()).filter(GuestSecrets::isOurs);
    if (stored.isEmpty() || stored.get().owners().equals(owners(stored.get(), owner))) {
      return false;
    }
    known.remove(key);
    store.replace(copy(stored.get(), owners(stored.get(), owner), stored.get().data()));
    return true;
  }

  /** The stored Secret. */
  Optional<SecretObject> find(SecretKey key) {
    return store.get(key.namespace(), key.name());
  }

  /** Deletes the Secret as it was found. */
  void delete(SecretKey key, SecretObject found) {
    known.remove(key);
    store.delete(found);
  }

  void forget(SecretKey key) {
    known.remove(key);
  }

  /** Whether the Secret is one that this program wrote; its name is to be checked as well. */
  static boolean isOurs(SecretObject secret) {
    return Keys.STEWARD.equals(secret.labels().get(Keys.MANAGED_BY));
  }

  private void replace(
      SecretObject stored, Guest owner, GuestContent.Ready content, String fingerprint) {
    SecretObject replaced =
        store.replace(
            copy(
                stored,
                owners(stored, owner),
                Map.of(GuestContents.KEY, content.userData().bytes())));
    remember(
        new SecretKey(stored.namespace(), stored.name()), replaced, fingerprint, content.license());
  }

  private void remember(
      SecretKey key, SecretObject stored, String fingerprint, Optional<String> license) {
    SecretObject hull = copy(stored, stored.owners(), Map.of());
    known.put(key, new Known(hull, fingerprint, license));
  }

  private static boolean holdsJust(SecretObject stored, String fingerprint) {
    byte[] content = stored.data().get(GuestContents.KEY);
    return content != null
        && stored.data().size() == 1
        && Fingerprint.of(content).equals(fingerprint);
  }

  private static SecretObject fresh(SecretKey key, Guest owner, GuestContent.Ready content) {
    return new SecretObject(
        key.namespace(),
        key.name(),
        "",
        "",
        Map.of(Keys.MANAGED_BY, Keys.STEWARD),
        List.of(reference(owner)),
        Map.of(GuestContents.KEY, content.userData().bytes()));
  }

  private static SecretObject copy(
      SecretObject secret, List<SecretObject.Owner> owners, Map<String, byte[]> data) {
    return new SecretObject(
        secret.namespace(),
        secret.name(),
        secret.uid(),
        secret.resourceVersion(),
        secret.labels(),
        owners,
        new HashMap<>(data));
  }

  /** The owners that it should have: others than guests stay, of guests just this one. */
  private static List<SecretObject.Owner> owners(SecretObject secret, Guest guest) {
    SecretObject.Owner reference = reference(guest);
    if (secret.owners().contains(reference)
        && secret.owners().stream().filter(GuestSecrets::isGuest).count() == 1) {
      return secret.owners();
    }
    List<SecretObject.Owner> owners = new ArrayList<>(secret.owners());
    owners.removeIf(GuestSecrets::isGuest);
    owners.add(reference);
    return owners;
  }

  private static boolean isGuest(SecretObject.Owner owner) {
    return owner.apiVersion().startsWith("kubevirt.io/")
        && (owner.kind().equals(GuestKey.Kind.VirtualMachine.name())
            || owner.kind().equals(GuestKey.Kind.VirtualMachineInstance.name()));
  }

  private static SecretObject.Owner reference(Guest guest) {
    return new SecretObject.Owner(
        "kubevirt.io/v1", guest.key().kind().name(), guest.key().name(), guest.uid());
  }
}
