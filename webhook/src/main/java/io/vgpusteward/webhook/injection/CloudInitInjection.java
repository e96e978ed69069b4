package io.vgpusteward.webhook.injection;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.cloudinit.UserData;
import io.vgpusteward.webhook.cloudinit.UserDataFormat;
import io.vgpusteward.webhook.guest.GpuRequestReader;
import io.vgpusteward.webhook.guest.GuestObject;
import io.vgpusteward.webhook.guest.Injected.CloudInit;
import io.vgpusteward.webhook.guest.Injected.Kept;
import io.vgpusteward.webhook.guest.KeptUserData;
import io.vgpusteward.webhook.guest.SecretNames;
import io.vgpusteward.webhook.review.RefusedException;
import java.util.List;
import java.util.Optional;

/**
 * Points a guest's cloud-init volume at the guest's own Secret and keeps what the user had written
 * there in the guest's metadata, and puts it back when the licence is no longer wanted.
 *
 * <p>The licence itself never passes through here: the controller writes it into the Secret.
 */
final class CloudInitInjection {
  /** More than this is refused: all annotations of an object share 256 KiB. */
  static final int MAX_KEPT_BYTES = 64 * 1024;

  /** KubeVirt refuses inline user data over this (vmi-create-admitter.go, cloudInitUserMaxLen). */
  static final int MAX_INLINE_BYTES = 2048;

  private static final String VOLUME = "vgpu-license";

  private final GuestObject guest;
  private final Optional<GuestObject> old;
  private final Optional<CloudInit> before;
  private final String secret;
  private final List<String> warnings;
  private final KeptAnnotations annotations;

  /**
   * An injection into one guest.
   *
   * @param old the stored guest, where the user's data may be kept that the update lost
   * @param secret the name of the guest's own Secret
   * @param warnings takes what the user should know
   */
  CloudInitInjection(
      GuestObject guest,
      Optional<GuestObject> old,
      Optional<CloudInit> before,
      String secret,
      List<String> warnings) {
    this.guest = guest;
    this.old = old;
    this.before = before;
    this.secret = secret;
    this.warnings = warnings;
    this.annotations = new KeptAnnotations(guest, old);
  }

  /** Whether a cloud-init volume of the guest takes its user data from a Secret of ours. */
  static boolean pointsAtOurs(GuestObject guest) {
    for (JsonNode volume : guest.peek(guest.spec("volumes"))) {
      for (String kind : CloudInitVolume.KINDS) {
        if (SecretNames.isOurs(volume.path(kind).path("secretRef").path("name").asText())) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Points the guest at its Secret.
   *
   * @param mayAdd whether a volume may be added where there is none
   * @return the pointer, or empty where the guest's user data was left alone
   */
  Optional<CloudInit> inject(boolean mayAdd) {
    replaceLostPointer();
    Optional<CloudInitVolume> own = usersVolume();
    if (own.isPresent()) {
      added().ifPresent(name -> CloudInitVolume.remove(guest, name));
      return point(own.get());
    }
    if (before.flatMap(CloudInit::addedVolume).isEmpty() && !mayAdd) {
      warnings.add(
          "no licence: it has no cloud-init volume, and a new one re-runs cloud-init in a guest"
              + " that exists; set "
              + Keys.LICENSE
              + ": \"true\" to have one added");
      return retract();
    }
    String name = added().orElseGet(this::freeName);
    CloudInitVolume.add(guest, name, secret);
    CloudInitVolume.find(guest, Optional.empty()).ifPresent(volume -> volume.pointAt(secret));
    annotations.forget();
    return Optional.of(new CloudInit(secret, Kept.NONE, Optional.of(name)));
  }

  /**
   * Takes the pointer out and puts the user's data back.
   *
   * @return the pointer where it has to stay, because the user's data is too big to be inline
   */
  Optional<CloudInit> retract() {
    replaceLostPointer();
    added().ifPresent(name -> CloudInitVolume.remove(guest, name));
    Optional<CloudInitVolume> found = usersVolume();
    boolean ours = found.flatMap(CloudInitVolume::secret).filter(SecretNames::isOurs).isPresent();
    if (before.isEmpty() && !ours) {
      return Optional.empty(); // The user's own, as it always was.
    }
    Optional<KeptUserData> inline = found.flatMap(CloudInitInjection::onlyInline);
    if (found.isPresent() && inline.isPresent()) {
      return putBack(found.get(), inline.get());
    }
    if (found.isEmpty() || !ours) {
      annotations.forget();
      return Optional.empty();
    }
    CloudInitVolume volume = found.get();
    return switch (kept(volume)) {
      case INLINE -> putBack(volume, keptInline(volume));
      case SECRET -> {
        volume.pointAt(keptSecret(volume));
        annotations.forget();
        yield Optional.empty();
      }
      case NONE -> {
        volume.clearSecret();
        annotations.forget();
        yield Optional.empty();
      }
    };
  }

  /**
   * A restored snapshot brings back a pointer whose data went with the request since; the user data
   * of today takes its place.
   */
  private void replaceLostPointer() {
    Optional<CloudInitVolume> found = usersVolume();
    if (found.isEmpty() || old.isEmpty() || before.isPresent() || annotations.kind().isPresent()) {
      return;
    }
    CloudInitVolume volume = found.get();
    if (volume.secret().filter(SecretNames::isOurs).isEmpty() || volume.inline().isPresent()) {
      return;
    }
    Optional<CloudInitVolume> today = CloudInitVolume.find(old.get(), Optional.empty());
    volume.clearSecret();
    today.flatMap(CloudInitVolume::secret).ifPresent(volume::pointAt);
    today.flatMap(CloudInitVolume::inline).ifPresent(volume::inline);
    warnings.add(
        volume.field() + ": the user data that went with its Secret is gone; that of today stays");
  }

  private Optional<CloudInit> putBack(CloudInitVolume volume, KeptUserData kept) {
    if (decoded(volume, kept).length() > MAX_INLINE_BYTES) {
      return keep(volume, kept);
    }
    volume.inline(kept);
    annotations.forget();
    return Optional.empty();
  }

  private Optional<CloudInit> point(CloudInitVolume volume) {
    Optional<KeptUserData> inline = onlyInline(volume);
    if (inline.isPresent()) {
      return pointInline(volume, inline.get());
    }
    Optional<String> reference = volume.secret();
    boolean referenceIsOurs = reference.filter(SecretNames::isOurs).isPresent();
    Kept kept = Kept.NONE;
    if (referenceIsOurs) {
      kept = kept(volume);
      restore(volume, kept);
    } else if (reference.isPresent()) {
      kept = Kept.SECRET;
      annotations.keepSecret(reference.get());
    } else {
      annotations.forget();
    }
    volume.pointAt(secret);
    warnOfConfigDrive(volume);
    return Optional.of(new CloudInit(secret, kept, Optional.empty()));
  }

  /** The user data in the volume itself, which replaces what a Secret of ours had. */
  private static Optional<KeptUserData> onlyInline(CloudInitVolume volume) {
    Optional<KeptUserData> inline = volume.inline();
    if (inline.isPresent() && volume.secret().filter(s -> !SecretNames.isOurs(s)).isPresent()) {
      throw RefusedException.invalid(
          volume.field(), "has both inline user data and a secretRef; keep one");
    }
    return inline;
  }

  private Optional<CloudInit> pointInline(CloudInitVolume volume, KeptUserData inline) {
    if (!guest.isVirtualMachine()) {
      warnings.add(
          "no licence: inline user data of an instance without a VirtualMachine is left as it is,"
              + " because its annotations reach the pod; put the user data into a Secret");
      return Optional.empty();
    }
    UserData data = decoded(volume, inline);
    if (!UserDataFormat.of(data).isComposable()) {
      warnings.add(
          "no licence: the user data in "
              + volume.field()
              + " is "
              + UserDataFormat.describe(data)
              + ", which is left as it is; bring the licence yourself");
      volume.clearSecret();
      annotations.forget();
      return Optional.empty();
    }
    warnOfConfigDrive(volume);
    return keep(volume, inline);
  }

  private Optional<CloudInit> keep(CloudInitVolume volume, KeptUserData kept) {
    int length = decoded(volume, kept).length();
    if (length > MAX_KEPT_BYTES) {
      throw RefusedException.invalid(
          volume.field(),
          "inline user data of "
              + length
              + " bytes is over the "
              + MAX_KEPT_BYTES
              + " that can be kept; put it into a Secret and name it in secretRef");
    }
    annotations.keep(kept);
    volume.pointAt(secret);
    return Optional.of(new CloudInit(secret, Kept.INLINE, Optional.empty()));
  }

  /** Where the data is that the user gave, for a volume that points at a Secret of ours. */
  private Kept kept(CloudInitVolume volume) {
    return annotations.kind().or(() -> before.map(CloudInit::kept)).orElseThrow(() -> lost(volume));
  }

  /** Writes back what an update dropped. */
  private void restore(CloudInitVolume volume, Kept kept) {
    switch (kept) {
      case INLINE -> keep(volume, keptInline(volume));
      case SECRET -> annotations.keepSecret(keptSecret(volume));
      case NONE -> annotations.forget();
    }
  }

  private KeptUserData keptInline(CloudInitVolume volume) {
    return annotations.inline().orElseThrow(() -> lost(volume));
  }

  private String keptSecret(CloudInitVolume volume) {
    return annotations.secret().orElseThrow(() -> lost(volume));
  }

  private UserData decoded(CloudInitVolume volume, KeptUserData kept) {
    try {
      return kept.data();
    } catch (IllegalArgumentException e) {
      boolean inVolume = volume.inline().isPresent();
      throw RefusedException.invalid(
          inVolume ? volume.field() + ".userDataBase64" : GpuRequestReader.field(Keys.USER_DATA),
          "is not base64; encode it again");
    }
  }

  /**
   * The name of the volume that was added, whether an update lost it or not, unless the user has
   * since put data of their own into it or given the name to another volume.
   */
  private Optional<String> added() {
    return before
        .flatMap(CloudInit::addedVolume)
        .filter(name -> !CloudInitVolume.isTheUsers(guest, name));
  }

  private Optional<CloudInitVolume> usersVolume() {
    return CloudInitVolume.find(guest, added());
  }

  private String freeName() {
    String name = VOLUME;
    for (int number = 1; CloudInitVolume.isNameTaken(guest, name); number++) {
      name = VOLUME + "-" + number;
    }
    return name;
  }

  private void warnOfConfigDrive(CloudInitVolume volume) {
    if (volume.configDrive() && guest.isVirtualMachine()) {
      warnings.add(
          volume.field()
              + ": cloud-init trusts its cache on a ConfigDrive, so a renewed licence does not reach"
              + " a guest that has booted before; cloudInitNoCloud does");
    }
  }

  private static RefusedException lost(CloudInitVolume volume) {
    return RefusedException.invalid(
        volume.field() + ".secretRef",
        "takes user data from a Secret of vgpu-steward, but the annotations that go with it are"
            + " missing; copy the annotations "
            + Keys.PREFIX
            + "* as well (a clone: see its annotationFilters), or give the user data anew");
  }
}
