package io.vgpusteward.cluster;

import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PermittedDevices;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
  private final DeviceUsers deviceUsers;
  private final Map<String, Node> nodes;
  private final Map<String, NodeInventory> inventories;
  private final Map<String, LicenseFact> licenses;
  private final boolean knowsLicenses;
  private final Launchers launchers;
  private final Heartbeats heartbeats;
  private final boolean knowsHeartbeats;

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

  private ClusterView(Builder builder) {
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
    DeviceUsers given = builder.deviceUsers;
    deviceUsers =
        given != null
            ? given
            : new DeviceUsersMaker()
                .make(
                    kubeVirt.map(KubeVirt::permitted).orElse(PermittedDevices.none()),
                    instancetypes,
                    guests,
                    List.of(),
                    List.of(),
                    launchers);
  }

  /** The view before anything was seen. */
  public static ClusterView empty(Instant asOf, List<String> missing) {
    return builder(asOf).missing(missing).build();
  }

  /** A ready view of an empty cluster, to be filled. */
  public static Builder builder(Instant asOf) {
    return new Builder(asOf);
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

  /** What a view is made of. Collections are copied unless they are immutable. */
  public static final class Builder {
    private final Instant asOf;
    private List<String> missing = List.of();
    private Optional<KubeVirt> kubeVirt = Optional.empty();
    private Map<String, Map<String, String>> namespaceLabels = Map.of();
    private Instancetypes instancetypes = Instancetypes.none();
    private Guests guests = Guests.none();
    private Map<String, Node> nodes = Map.of();
    private Map<String, NodeInventory> inventories = Map.of();
    private Map<String, LicenseFact> licenses = Map.of();
    private boolean knowsLicenses = true;
    private Launchers launchers = Launchers.none();
    private Heartbeats heartbeats = Heartbeats.none();
    private Optional<Boolean> knowsHeartbeats = Optional.empty();
    private @Nullable DeviceUsers deviceUsers;

    private Builder(Instant asOf) {
      this.asOf = asOf;
    }

    /** What has not been seen yet, in words. */
    public Builder missing(List<String> words) {
      missing = List.copyOf(words);
      return this;
    }

    public Builder kubeVirt(Optional<KubeVirt> one) {
      kubeVirt = one;
      return this;
    }

    /** The labels of each namespace. */
    public Builder namespaceLabels(Map<String, Map<String, String>> labels) {
      namespaceLabels = Map.copyOf(labels);
      return this;
    }

    public Builder instancetypes(Instancetypes all) {
      instancetypes = all;
      return this;
    }

    public Builder guests(Guests all) {
      guests = all;
      return this;
    }

    /** The nodes by name. */
    public Builder nodes(Map<String, Node> all) {
      nodes = Map.copyOf(all);
      return this;
    }

    /** The inventories by their node's name. */
    public Builder inventories(Map<String, NodeInventory> all) {
      inventories = Map.copyOf(all);
      return this;
    }

    /** What is known of the licence Secrets, by namespace. */
    public Builder licenses(Map<String, LicenseFact> all) {
      licenses = Map.copyOf(all);
      return this;
    }

    /** Whether these are all licences; true without it. */
    public Builder knowsLicenses(boolean known) {
      knowsLicenses = known;
      return this;
    }

    /** The pods that guests with devices run in. */
    public Builder launchers(Launchers all) {
      launchers = all;
      return this;
    }

    /** The signs of life of the nodes' agents. */
    public Builder heartbeats(Heartbeats all) {
      heartbeats = all;
      return this;
    }

    /** Whether there would be heartbeats if agents lived; without it, whether there are any. */
    public Builder knowsHeartbeats(boolean known) {
      knowsHeartbeats = Optional.of(known);
      return this;
    }

    /** Without these the view finds those among its guests and instancetypes by itself. */
    public Builder deviceUsers(DeviceUsers users) {
      deviceUsers = users;
      return this;
    }

    public ClusterView build() {
      return new ClusterView(this);
    }
  }
}
