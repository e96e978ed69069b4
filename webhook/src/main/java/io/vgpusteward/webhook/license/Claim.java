package io.vgpusteward.webhook.license;

import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.webhook.guest.SecretNames;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whose a Secret is.
 *
 * @param owner the guest that it is named after
 * @param others guests that point at it though it is not theirs; not the instances of a
 *     VirtualMachine, which only carry its volume
 */
record Claim(Optional<Guest> owner, List<Guest> others) {
  /**
   * Decides by the name; where the name leaves it open (a copy of a guest that the API server
   * named), the one that owns the stored Secret keeps it.
   *
   * @param users the guests that point at the Secret, finished ones left out
   * @param stored reads the Secret; called only where the name leaves it open
   */
  static Claim of(SecretKey key, List<Guest> users, Supplier<Optional<SecretObject>> stored) {
    List<Guest> claimants = users.stream().filter(Claim::isClaimant).toList();
    List<Guest> named =
        claimants.stream().filter(guest -> isNamedAfter(guest, key.name())).toList();
    Optional<Guest> owner =
        named.size() > 1
            ? ownerOf(stored.get(), named).or(() -> named.stream().findFirst())
            : named.stream().findFirst();
    List<Guest> others =
        claimants.stream().filter(guest -> !owner.filter(guest::equals).isPresent()).toList();
    return new Claim(owner, others);
  }

  /** A guest that had no name at admission has a Secret named after the review's uid. */
  private static boolean isNamedAfter(Guest guest, String secret) {
    return secret.equals(SecretNames.forGuest(guest.key().name()))
        || (guest.generateName() && SecretNames.isAfterUid(secret));
  }

  /** An instance counts only without a VirtualMachine, and if the webhook gave it the Secret. */
  private static boolean isClaimant(Guest guest) {
    return switch (guest.key().kind()) {
      case VirtualMachine -> true;
      case VirtualMachineInstance ->
          GuestWish.isIn(guest)
              && guest
                  .owner()
                  .filter(owner -> owner.startsWith(GuestKey.Kind.VirtualMachine + "/"))
                  .isEmpty();
    };
  }

  private static Optional<Guest> ownerOf(Optional<SecretObject> stored, List<Guest> named) {
    return stored.flatMap(secret ->
        named.stream()
            .filter(guest ->
                secret.owners().stream().anyMatch(owner -> owner.uid().equals(guest.uid())))
            .findFirst());
  }
}
