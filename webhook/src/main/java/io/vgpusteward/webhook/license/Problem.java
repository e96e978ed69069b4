package io.vgpusteward.webhook.license;

/** Why a guest's Secret is not what it should be; {@link #reason} is for Events and metrics. */
public enum Problem {
  LICENSE_MISSING("LicenseMissing"),
  LICENSE_MALFORMED("LicenseMalformed"),
  LICENSE_EXPIRED("LicenseExpired"),
  /** The annotations with the user's data are gone, or say nothing that makes sense. */
  ANNOTATIONS_UNREADABLE("AnnotationsUnreadable"),
  /** The user's own Secret is not there, or has none of the keys that KubeVirt reads. */
  USER_DATA_SECRET_MISSING("UserDataSecretMissing"),
  /** The user's own Secret is one that this program writes. */
  USER_DATA_SECRET_UNUSABLE("UserDataSecretUnusable"),
  /** A format to which no licence can be added. */
  USER_DATA_UNSUPPORTED("UserDataUnsupported"),
  USER_DATA_TOO_LARGE("UserDataTooLarge"),
  /** A Secret of the guest's name exists and somebody else wrote it. */
  SECRET_NOT_OURS("SecretNotOurs"),
  /** The guest points at a Secret that is named after another guest. */
  SECRET_OF_ANOTHER("SecretOfAnother"),
  /** The cluster refuses reads or writes again and again. */
  SECRET_FAILED("SecretFailed");

  private final String reason;

  Problem(String reason) {
    this.reason = reason;
  }

  /** The word for it in CamelCase. */
  public String reason() {
    return reason;
  }
}
