package io.vgpusteward.cluster;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * An immutable set of guests that can be asked by key and by Secret. One guest more or less costs
 * no more than there are guests with its Secret.
 */
public final class Guests {
  private static final Guests NONE = new Guests(HashTreePMap.empty(), Groups.none());

  private final PMap<GuestKey, Guest> all;
  private final Groups<SecretKey, Guest> bySecret;

  private record SecretKey(String namespace, String name) {}

  private Guests(PMap<GuestKey, Guest> all, Groups<SecretKey, Guest> bySecret) {
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
    Guests rest = without(guest.key());
    return new Guests(
        rest.all.plus(guest.key(), guest),
        guest
            .userDataSecret()
            .map(secret -> rest.bySecret.plus(secretOf(guest, secret), guest))
            .orElse(rest.bySecret));
  }

  /** The same without a guest. */
  public Guests without(GuestKey key) {
    Guest guest = all.get(key);
    return guest == null
        ? this
        : new Guests(
            all.minus(key),
            guest
                .userDataSecret()
                .map(secret -> bySecret.minus(secretOf(guest, secret), guest))
                .orElse(bySecret));
  }

  private static SecretKey secretOf(Guest guest, String secret) {
    return new SecretKey(guest.key().namespace(), secret);
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
