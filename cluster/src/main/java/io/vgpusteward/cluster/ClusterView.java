package io.vgpusteward.cluster;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
  private final Guests guests;

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
    this(asOf, missing, kubeVirt, namespaceLabels, instancetypes, new Guests(guests));
  }

  /** The same, with guests that an earlier view may share. */
  public ClusterView(
      Instant asOf,
      List<String> missing,
      Optional<KubeVirt> kubeVirt,
      Map<String, Map<String, String>> namespaceLabels,
      Instancetypes instancetypes,
      Guests guests) {
    this.asOf = asOf;
    this.missing = List.copyOf(missing);
    this.kubeVirt = kubeVirt;
    this.namespaceLabels = Map.copyOf(namespaceLabels);
    this.instancetypes = instancetypes;
    this.guests = guests;
  }

  /** The view before anything was seen. */
  public static ClusterView empty(Instant asOf, List<String> missing) {
    return new ClusterView(
        asOf, missing, Optional.empty(), Map.of(), Instancetypes.none(), new Guests(Map.of()));
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
    return guests.all();
  }

  public Optional<Guest> guest(GuestKey key) {
    return Optional.ofNullable(guests.all().get(key));
  }

  /** The guests whose first cloud-init volume takes its user data from the Secret. */
  public List<Guest> guestsOfSecret(String namespace, String secret) {
    return guests.ofSecret(namespace, secret);
  }

  @Override
  public String toString() {
    return "ClusterView of " + asOf + (isReady() ? "" : ", without " + String.join(", ", missing));
  }
}
