package io.vgpusteward.webhook.license;

import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.cloudinit.UserData;
import io.vgpusteward.webhook.guest.Injected;
import io.vgpusteward.webhook.guest.Injected.CloudInit;
import io.vgpusteward.webhook.guest.Injected.Kept;
import io.vgpusteward.webhook.guest.KeptUserData;
import io.vgpusteward.webhook.guest.LicenseKind;
import java.util.Optional;

/**
 * What a guest's annotations ask of its Secret.
 *
 * @param license the licence; empty where the guest gets none any more
 * @param inline the user data that the user wrote into the guest
 * @param userSecret the user's own Secret, where the user data is in one
 */
record GuestWish(
    Optional<LicenseKind> license, Optional<UserData> inline, Optional<String> userSecret) {

  /** The annotations are not such as the webhook writes; the message says which, for people. */
  static final class UnreadableException extends Exception {
    UnreadableException(String message) {
      super(message);
    }
  }

  /** Whether the webhook was at the guest at all. */
  static boolean isIn(Guest guest) {
    return guest.annotations().containsKey(Keys.INJECTED);
  }

  /**
   * Reads the annotations. Where some are missing nothing is guessed: a Secret written without the
   * user's data could not be made whole again.
   */
  static GuestWish of(Guest guest) throws UnreadableException {
    Injected injected = injected(guest);
    Optional<UserData> inline = inline(guest);
    Optional<String> secret =
        inline.isPresent()
            ? Optional.empty()
            : Optional.ofNullable(guest.annotations().get(Keys.USER_DATA_SECRET));
    if (inline.isEmpty() && secret.isEmpty()) {
      Kept kept = injected.cloudInit().map(CloudInit::kept).orElse(Kept.NONE);
      switch (kept) {
        case NONE -> {}
        case INLINE -> throw gone(Keys.USER_DATA);
        case SECRET -> throw gone(Keys.USER_DATA_SECRET);
      }
    }
    return new GuestWish(injected.license(), inline, secret);
  }

  private static Injected injected(Guest guest) throws UnreadableException {
    String text = guest.annotations().get(Keys.INJECTED);
    if (text == null) {
      throw gone(Keys.INJECTED);
    }
    try {
      return Injected.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UnreadableException("Annotation " + Keys.INJECTED + " cannot be read");
    }
  }

  private static Optional<UserData> inline(Guest guest) throws UnreadableException {
    try {
      return KeptUserData.of(guest.annotations()).map(KeptUserData::data);
    } catch (IllegalArgumentException e) {
      throw new UnreadableException("Annotation " + Keys.USER_DATA + " is no base64");
    }
  }

  private static UnreadableException gone(String annotation) {
    return new UnreadableException("Annotation " + annotation + " is gone");
  }
}
