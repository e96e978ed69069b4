package io.vgpusteward.cluster;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An immutable set of guests that can be asked by key and by Secret. One guest more or less costs
 * no more than there are guests with its Secret.
 */
public final class Guests {
  private static final Guests NONE = new Guests(Shards.none(), Groups.none());

  private final Shards<GuestKey, Guest> all;
  private final Groups<SecretKey, Guest> bySecret;

  private record SecretKey(String namespace, String name) {}

  private Guests(Shards<GuestKey, Guest> all, Groups<SecretKey, Guest> bySecret) {
    this.all = all;
    this.bySecret = bySecret;
  }

  /** These, which are known by their own keys. */
  public Guests(Map<GuestKey, Guest> guests) {
    Guests filled = NONE;
    for (Guest guest : guests.values()) {
      filled = filled.with(guest);
    }
    all = filled.all;
    bySecret = filled.bySecret;
  }

  public static Guests none() {
    return NONE;
  }

  /** The same with this guest, in place of one with its key. */
  public Guests with(Guest guest) {
    Guest before = all.get(guest.key());
    return new Guests(
        all.plus(guest.key(), guest),
        bySecret.exchange(secretOf(before), before, secretOf(guest), guest));
  }

  /** The same without a guest. */
  public Guests without(GuestKey key) {
    Guest guest = all.get(key);
    return guest == null
        ? this
        : new Guests(
            all.minus(key), bySecret.exchange(secretOf(guest), guest, Optional.empty(), null));
  }

  private static Optional<SecretKey> secretOf(@Nullable Guest guest) {
    return guest == null
        ? Optional.empty()
        : guest.userDataSecret().map(name -> new SecretKey(guest.key().namespace(), name));
  }

  /** All guests, in no order. */
  public Map<GuestKey, Guest> all() {
    return all;
  }

  /** The guests whose first cloud-init volume takes its user data from the Secret. */
  public List<Guest> ofSecret(String namespace, String secret) {
    return bySecret.of(new SecretKey(namespace, secret)).stream()
        .sorted(Comparator.comparing(guest -> guest.key().toString()))
        .toList();
  }

  @Override
  public String toString() {
    return all.size() + " guests";
  }
}
