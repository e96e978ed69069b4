package io.vgpusteward.webhook.guest;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.review.Review;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** The names of the Secrets that guests take their user data from. */
public final class SecretNames {
  /** The longest name of an object in Kubernetes. */
  private static final int MAX_LENGTH = 253;

  private static final int HASH_LENGTH = 32;

  private static final Pattern AFTER_UID =
      Pattern.compile(
          Pattern.quote(Keys.GUEST_SECRET_PREFIX)
              + "\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private SecretNames() {}

  /** The name of a guest's Secret: after the guest, with a hash in place of a tail too long. */
  public static String forGuest(String guest) {
    String name = Keys.GUEST_SECRET_PREFIX + guest;
    if (name.length() <= MAX_LENGTH) {
      return name;
    }
    String head = name.substring(0, MAX_LENGTH - HASH_LENGTH - 1).replaceAll("[.-]+$", "");
    return head + "-" + hash(guest);
  }

  /** Whether the name is of the form of ours. */
  public static boolean isOurs(String secret) {
    return secret.startsWith(Keys.GUEST_SECRET_PREFIX);
  }

  /** Whether the name is of the form that guests without a name get. */
  public static boolean isAfterUid(String secret) {
    return AFTER_UID.matcher(secret).matches();
  }

  /**
   * The name for a guest in a review. A guest without a name yet (generateName) gets one after the
   * review's uid; it keeps that in a second pass over the same request, and when it is validated,
   * which is when it has its name; but not when it is a copy of a guest that uses it.
   */
  public static String forReview(
      GuestObject guest, Review review, String recorded, ClusterView view) {
    Optional<String> name = guest.name();
    boolean mayKeep =
        name.isEmpty() ? isOurs(recorded) : guest.hasGenerateName() && isAfterUid(recorded);
    return mayKeep && view.guestsOfSecret(review.namespace(), recorded).isEmpty()
        ? recorded
        : name.map(SecretNames::forGuest).orElseGet(() -> Keys.GUEST_SECRET_PREFIX + review.uid());
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
