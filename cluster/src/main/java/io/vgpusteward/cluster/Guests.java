package io.vgpusteward.cluster;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An immutable set of guests that can be asked by key and by Secret. */
public final class Guests {
  private final Map<GuestKey, Guest> all;
  private final Map<SecretKey, List<Guest>> bySecret;

  private record SecretKey(String namespace, String name) {}

  public Guests(Map<GuestKey, Guest> guests) {
    all = Map.copyOf(guests);
    Map<SecretKey, Map<String, Guest>> index = new HashMap<>();
    for (Guest guest : all.values()) {
      guest
          .userDataSecret()
          .ifPresent(secret ->
              index
                  .computeIfAbsent(
                      new SecretKey(guest.key().namespace(), secret), key -> new TreeMap<>())
                  .put(guest.key().toString(), guest));
    }
    Map<SecretKey, List<Guest>> lists = new HashMap<>();
    index.forEach((key, found) -> lists.put(key, List.copyOf(found.values())));
    bySecret = Map.copyOf(lists);
  }

  /** All guests, in no order. */
  public Map<GuestKey, Guest> all() {
    return all;
  }

  /** The guests whose first cloud-init volume takes its user data from the Secret. */
  public List<Guest> ofSecret(String namespace, String secret) {
    return bySecret.getOrDefault(new SecretKey(namespace, secret), List.of());
  }

  @Override
  public String toString() {
    return all.size() + " guests";
  }
}
