package io.vgpusteward.webhook.license;

import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.SecretStore;
import io.vgpusteward.webhook.cloudinit.Composition;
import io.vgpusteward.webhook.cloudinit.License;
import io.vgpusteward.webhook.cloudinit.UserData;
import io.vgpusteward.webhook.cloudinit.UserDataComposer;
import io.vgpusteward.webhook.guest.SecretNames;
import java.util.Optional;

/**
 * Says what a guest's Secret is to hold: from the guest's annotations, the licence, and, only where
 * the guest names one, the user's own Secret.
 */
final class GuestContents {
  /** The most that the values of a Secret may hold together (MaxSecretSize in Kubernetes). */
  static final int MAX_BYTES = 1024 * 1024;

  /** The key under which KubeVirt finds the user data, and under which it is written. */
  static final String KEY = "userdata";

  /** Another one; KubeVirt takes the first (cloud-init.go, readFirstFoundFileFromDir). */
  private static final String OTHER_KEY = "userData";

  private final Licenses licenses;
  private final SecretStore secrets;

  GuestContents(Licenses licenses, SecretStore secrets) {
    this.licenses = licenses;
    this.secrets = secrets;
  }

  /**
   * The content for the guest; reads the user's own Secret, so it blocks and throws what {@link
   * SecretStore#get} throws.
   */
  GuestContent of(Guest guest) {
    GuestWish wish;
    try {
      wish = GuestWish.of(guest);
    } catch (GuestWish.UnreadableException e) {
      return new GuestContent.Lacking(
          Problem.ANNOTATIONS_UNREADABLE,
          e.getMessage()
              + ": its Secret stays as it was. Put the annotations "
              + Keys.PREFIX
              + "* back, or give the user data anew.");
    }
    if (wish.license().isEmpty()) {
      return finish(guest, wish, Optional.empty());
    }
    return switch (licenses.of(guest.key().namespace())) {
      case LicenseLookup.Lacking lacking ->
          new GuestContent.Lacking(lacking.problem(), lacking.note());
      case LicenseLookup.Found found ->
          finish(guest, wish, wish.license().map(found.license()::license));
    };
  }

  private GuestContent finish(Guest guest, GuestWish wish, Optional<License> license) {
    if (wish.userSecret().isEmpty()) {
      return join(wish.inline().orElse(UserData.empty()), license);
    }
    String namespace = guest.key().namespace();
    String name = wish.userSecret().get();
    if (SecretNames.isOurs(name)) {
      return new GuestContent.Lacking(
          Problem.USER_DATA_SECRET_UNUSABLE,
          "Annotation "
              + Keys.USER_DATA_SECRET
              + " names Secret "
              + name
              + ", which vgpu-steward writes itself: name one of your own.");
    }
    return secrets
        .get(namespace, name)
        .flatMap(GuestContents::userData)
        .<GuestContent>map(data -> join(data, license))
        .orElseGet(() ->
            new GuestContent.Lacking(
                Problem.USER_DATA_SECRET_MISSING,
                "Create Secret " + name + " with the user data under key " + KEY + "."));
  }

  private static Optional<UserData> userData(SecretObject secret) {
    return Optional.ofNullable(secret.data().get(KEY))
        .or(() -> Optional.ofNullable(secret.data().get(OTHER_KEY)))
        .map(UserData::of);
  }

  private static GuestContent join(UserData user, Optional<License> license) {
    if (license.isEmpty()) {
      return measured(new GuestContent.Ready(user, Optional.empty(), Optional.empty()));
    }
    return switch (UserDataComposer.compose(user, license.get())) {
      case Composition.Composed composed ->
          measured(
              new GuestContent.Ready(
                  composed.content(),
                  license.map(
                      used -> Fingerprint.of(used.token()) + Fingerprint.of(used.griddConf())),
                  Optional.empty()));
      case Composition.Unsupported unsupported ->
          measured(
              new GuestContent.Ready(
                  unsupported.content(), Optional.empty(), Optional.of(unsupported.reason())));
    };
  }

  private static GuestContent measured(GuestContent.Ready content) {
    int length = content.userData().length();
    return length <= MAX_BYTES
        ? content
        : new GuestContent.Lacking(
            Problem.USER_DATA_TOO_LARGE,
            "The user data and the licence are "
                + length
                + " bytes together; a Secret holds "
                + MAX_BYTES
                + ". Make the user data smaller, for example with #include.");
  }
}
