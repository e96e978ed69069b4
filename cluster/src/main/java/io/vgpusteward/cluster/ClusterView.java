package io.vgpusteward.cluster;

import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.placement.NodeSupply;
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
  private final PermittedDevices permitted;
  private final Map<String, Map<String, String>> namespaceLabels;
  private final Instancetypes instancetypes;
  private final Guests guests;
  private final DeviceUsers deviceUsers;
  private final Map<String, Node> nodes;
  private final Map<String, NodeInventory> inventories;
  private final Map<String, LicenseFact> licenses;
  private final boolean knowsLicenses;
  private final Launchers launchers;
  private final Heartbeats heartbeats;
  private final boolean knowsHeartbeats;
  private final Map<String, NodeSupply> supplies;

  /**
   * A snapshot of what was known at {@code asOf}, without nodes, inventories, pods and sets of
   * guests.
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
    this(
        builder(asOf)
            .missing(missing)
            .kubeVirt(kubeVirt)
            .namespaceLabels(namespaceLabels)
            .instancetypes(instancetypes)
            .guests(new Guests(guests)));
  }

  ClusterView(ClusterViewBuilder builder) {
    asOf = builder.asOf;
    missing = builder.missing;
    kubeVirt = builder.kubeVirt;
    namespaceLabels = builder.namespaceLabels;
    instancetypes = builder.instancetypes;
    guests = builder.guests;
    nodes = builder.nodes;
    inventories = builder.inventories;
    licenses = builder.licenses;
    knowsLicenses = builder.knowsLicenses;
    launchers = builder.launchers;
    heartbeats = builder.heartbeats;
    knowsHeartbeats = builder.knowsHeartbeats.orElse(!heartbeats.isEmpty());
    permitted = kubeVirt.map(KubeVirt::permitted).orElse(PermittedDevices.none());
    Map<String, NodeSupply> counted = builder.supplies;
    supplies = counted != null ? counted : new SuppliesMaker().make(permitted, nodes, inventories);
    DeviceUsers given = builder.deviceUsers;
    deviceUsers =
        given != null
            ? given
            : new DeviceUsersMaker()
                .make(permitted, instancetypes, guests, List.of(), List.of(), launchers);
  }

  /** The view before anything was seen. */
  public static ClusterView empty(Instant asOf, List<String> missing) {
    return builder(asOf).missing(missing).build();
  }

  /** A ready view of an empty cluster, to be filled. */
  public static ClusterViewBuilder builder(Instant asOf) {
    return new ClusterViewBuilder(asOf);
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

  /** The permitted list of the KubeVirt CR; an empty one where there is no CR. */
  public PermittedDevices permitted() {
    return permitted;
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

  /** Who asks for which host devices, running or not. */
  public DeviceUsers deviceUsers() {
    return deviceUsers;
  }

  /** The pods that guests with devices run in, or are about to. */
  public Launchers launchers() {
    return launchers;
  }

  /** The nodes by name. */
  public Map<String, Node> nodes() {
    return nodes;
  }

  public Optional<Node> node(String name) {
    return Optional.ofNullable(nodes.get(name));
  }

  /** The inventories by their node's name; empty where no node agent runs. */
  public Map<String, NodeInventory> inventories() {
    return inventories;
  }

  /** What a node's GPUs carry, where its agent has said so. */
  public Optional<NodeInventory> inventory(String node) {
    return Optional.ofNullable(inventories.get(node));
  }

  /**
   * What the device plugins of each node could hand out, by the node's name: of nodes without an
   * inventory too, and of inventories whose node is gone.
   */
  public Map<String, NodeSupply> supplies() {
    return supplies;
  }

  /** The supply of a node; empty for a name that is not known. */
  public Optional<NodeSupply> supply(String node) {
    return Optional.ofNullable(supplies.get(node));
  }

  /**
   * Whether node agents are heard here: on a live cluster always; a folder without any Lease of
   * theirs knows nothing of their lives.
   */
  public boolean knowsHeartbeats() {
    return knowsHeartbeats;
  }

  /** When a node's agent last said that it is alive, by its own clock. */
  public Optional<Instant> heartbeat(String node) {
    return heartbeats.of(node).map(Heartbeat::renewed);
  }

  /** The signs of life of the nodes' agents. */
  public Heartbeats heartbeats() {
    return heartbeats;
  }

  /** Whether it is known which licences there are; a snapshot holds none. */
  public boolean knowsLicenses() {
    return knowsLicenses;
  }

  /** What is known of the licence Secret of a namespace; empty where there is none. */
  public Optional<LicenseFact> license(String namespace) {
    return Optional.ofNullable(licenses.get(namespace));
  }

  @Override
  public String toString() {
    return "ClusterView of " + asOf + (isReady() ? "" : ", without " + String.join(", ", missing));
  }
}
