package io.vgpusteward.webhook.injection;

import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.guest.GuestObject;
import io.vgpusteward.webhook.guest.Injected.Kept;
import io.vgpusteward.webhook.guest.KeptUserData;
import java.util.Optional;

/**
 * The annotations in which a guest keeps what its user wrote for cloud-init; where an update
 * dropped one, the stored guest still has it.
 */
final class KeptAnnotations {
  private final GuestObject guest;
  private final Optional<GuestObject> stored;

  KeptAnnotations(GuestObject guest, Optional<GuestObject> stored) {
    this.guest = guest;
    this.stored = stored;
  }

  /** What the guest itself says that it keeps; empty where it says nothing. */
  Optional<Kept> kind() {
    if (guest.annotation(Keys.USER_DATA).isPresent()) {
      return Optional.of(Kept.INLINE);
    }
    return guest.annotation(Keys.USER_DATA_SECRET).map(name -> Kept.SECRET);
  }

  /** The inline data, the guest's own or the stored one's. */
  Optional<KeptUserData> inline() {
    Optional<KeptUserData> before = stored.flatMap(other -> KeptUserData.of(other.ownTexts()));
    Optional<KeptUserData> own = KeptUserData.of(guest.ownTexts());
    // The same value in the stored guest says in which encoding it is, if only that was dropped.
    boolean same =
        own.isPresent() && own.map(KeptUserData::value).equals(before.map(KeptUserData::value));
    return same ? before : own.or(() -> before);
  }

  /** The name of the user's Secret, the guest's own or the stored one's. */
  Optional<String> secret() {
    return guest
        .annotation(Keys.USER_DATA_SECRET)
        .or(() -> stored.flatMap(other -> other.annotation(Keys.USER_DATA_SECRET)));
  }

  void keep(KeptUserData data) {
    guest.setAnnotation(Keys.USER_DATA, data.value());
    if (data.base64()) {
      guest.setAnnotation(Keys.USER_DATA_ENCODING, KeptUserData.BASE64);
    } else {
      guest.removeAnnotation(Keys.USER_DATA_ENCODING);
    }
    guest.removeAnnotation(Keys.USER_DATA_SECRET);
  }

  void keepSecret(String name) {
    guest.setAnnotation(Keys.USER_DATA_SECRET, name);
    guest.removeAnnotation(Keys.USER_DATA);
    guest.removeAnnotation(Keys.USER_DATA_ENCODING);
  }

  void forget() {
    guest.removeAnnotation(Keys.USER_DATA);
    guest.removeAnnotation(Keys.USER_DATA_ENCODING);
    guest.removeAnnotation(Keys.USER_DATA_SECRET);
  }
}
