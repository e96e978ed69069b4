package io.vgpusteward.cluster;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One immutable snapshot of a cluster. It holds no Secret's content.
 *
 * <p>Any thread may read it; a reader that needs a consistent picture takes one view and keeps it.
 */
public final class ClusterView {
  private final Instant asOf;
  private final List<String> missing;
  private final Optional<KubeVirt> kubeVirt;
  private final Map<String, Map<String, String>> namespaceLabels;
  private final Instancetypes instancetypes;
  private final Map<GuestKey, Guest> guests;
  private final Map<SecretKey, List<Guest>> guestsBySecret;

  private record SecretKey(String namespace, String name) {}

  /**
   * A snapshot of what was known at {@code asOf}.
   *
   * @param missing what has not been seen yet, in words; the view is ready when it is empty
   * @param namespaceLabels the labels of each namespace
   */
  public ClusterView(
      Instant asOf,
      List<String> missing,
      Optional<KubeVirt> kubeVirt,
      Map<String, Map<String, String>> namespaceLabels,
      Instancetypes instancetypes,
      Map<GuestKey, Guest> guests) {
    this.asOf = asOf;
    this.missing = List.copyOf(missing);
    this.kubeVirt = kubeVirt;
    this.namespaceLabels = Map.copyOf(namespaceLabels);
    this.instancetypes = instancetypes;
    this.guests = Map.copyOf(guests);
    this.guestsBySecret = bySecret(this.guests);
  }

  /** The view before anything was seen. */
  public static ClusterView empty(Instant asOf, List<String> missing) {
    return new ClusterView(
        asOf, missing, Optional.empty(), Map.of(), Instancetypes.none(), Map.of());
  }

  /** When the view was taken. */
  public Instant asOf() {
    return asOf;
  }

  /** Whether every kind of object has been seen in full at least once. */
  public boolean isReady() {
    return missing.isEmpty();
  }

  /** What has not been seen yet, in words. */
  public List<String> missing() {
    return missing;
  }

  /** The KubeVirt CR, where there is one; of several the first by namespace and name. */
  public Optional<KubeVirt> kubeVirt() {
    return kubeVirt;
  }

  /** The labels of a namespace; none for an unknown one. */
  public Map<String, String> namespaceLabels(String namespace) {
    return namespaceLabels.getOrDefault(namespace, Map.of());
  }

  public Instancetypes instancetypes() {
    return instancetypes;
  }

  /** All guests, in no order. */
  public Map<GuestKey, Guest> guests() {
    return guests;
  }

  public Optional<Guest> guest(GuestKey key) {
    return Optional.ofNullable(guests.get(key));
  }

  /** The guests whose first cloud-init volume takes its user data from the Secret. */
  public List<Guest> guestsOfSecret(String namespace, String secret) {
    return guestsBySecret.getOrDefault(new SecretKey(namespace, secret), List.of());
  }

  private static Map<SecretKey, List<Guest>> bySecret(Map<GuestKey, Guest> guests) {
    Map<SecretKey, Map<String, Guest>> index = new HashMap<>();
    for (Guest guest : guests.values()) {
      guest
          .userDataSecret()
          .ifPresent(secret ->
              index
                  .computeIfAbsent(
                      new SecretKey(guest.key().namespace(), secret), key -> new TreeMap<>())
                  .put(guest.key().toString(), guest));
    }
    Map<SecretKey, List<Guest>> result = new HashMap<>();
    index.forEach((key, found) -> result.put(key, List.copyOf(found.values())));
    return Map.copyOf(result);
  }

  @Override
  public String toString() {
    return "ClusterView of " + asOf + (isReady() ? "" : ", without " + String.join(", ", missing));
  }
}
