package io.vgpusteward.webhook.cloudinit;

import io.vgpusteward.webhook.cloudinit.Composition.Composed;
import io.vgpusteward.webhook.cloudinit.Composition.Unsupported;

/**
 * Joins the user's data and the licence into one user-data document that cloud-init understands:
 * the user's data, byte for byte, then a boothook with the licence. Deterministic: equal inputs,
 * equal bytes.
 */
public final class UserDataComposer {
  private UserDataComposer() {}

  /**
   * One document with both, or the user's data as it was where cloud-init would not act on it.
   * Compressed user data gives a compressed document, so that what was small stays small.
   */
  public static Composition compose(UserData user, License license) {
    UserDataFormat format = UserDataFormat.of(user);
    if (!format.isComposable()) {
      String reason =
          "The user data is " + UserDataFormat.describe(user) + ": it is left as it is.";
      return new Unsupported(user, reason);
    }
    byte[] content =
        format == UserDataFormat.GZIP
            ? Gzip.pack(document(Gzip.unpack(user.bytes()).orElseThrow(), license))
            : document(user.bytes(), license);
    return new Composed(UserData.of(content));
  }

  private static byte[] document(byte[] user, License license) {
    var document = new MimeDocument();
    switch (UserDataFormat.ofPlain(user)) {
      case EMPTY -> {}
      case MULTIPART -> document.addEntity(user);
      // The type of which cloud-init says "look for yourself", as it does with a bare document.
      default -> document.addPart("text/plain", user);
    }
    return document
        .addPart("text/cloud-boothook", LicenseBoothook.of(license), LicenseBoothook.NAME)
        .toBytes();
  }
}
