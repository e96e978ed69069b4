package io.vgpusteward.cluster;

import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.placement.NodeSupply;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a {@link ClusterView} is made of. Collections are copied unless they are immutable. */
public final class ClusterViewBuilder {
  final Instant asOf;
  List<String> missing = List.of();
  Optional<KubeVirt> kubeVirt = Optional.empty();
  Map<String, Map<String, String>> namespaceLabels = Map.of();
  Instancetypes instancetypes = Instancetypes.none();
  Guests guests = Guests.none();
  Map<String, Node> nodes = Map.of();
  Map<String, NodeInventory> inventories = Map.of();
  Map<String, LicenseFact> licenses = Map.of();
  boolean knowsLicenses = true;
  Launchers launchers = Launchers.none();
  Heartbeats heartbeats = Heartbeats.none();
  Optional<Boolean> knowsHeartbeats = Optional.empty();
  @Nullable DeviceUsers deviceUsers;
  @Nullable Map<String, NodeSupply> supplies;

  ClusterViewBuilder(Instant asOf) {
    this.asOf = asOf;
  }

  /** What has not been seen yet, in words. */
  public ClusterViewBuilder missing(List<String> words) {
    missing = List.copyOf(words);
    return this;
  }

  public ClusterViewBuilder kubeVirt(Optional<KubeVirt> one) {
    kubeVirt = one;
    return this;
  }

  /** The labels of each namespace. */
  public ClusterViewBuilder namespaceLabels(Map<String, Map<String, String>> labels) {
    namespaceLabels = Map.copyOf(labels);
    return this;
  }

  public ClusterViewBuilder instancetypes(Instancetypes all) {
    instancetypes = all;
    return this;
  }

  public ClusterViewBuilder guests(Guests all) {
    guests = all;
    return this;
  }

  /** The nodes by name. */
  public ClusterViewBuilder nodes(Map<String, Node> all) {
    nodes = Shards.copyOf(all);
    return this;
  }

  /** The inventories by their node's name. */
  public ClusterViewBuilder inventories(Map<String, NodeInventory> all) {
    inventories = Shards.copyOf(all);
    return this;
  }

  /** What is known of the licence Secrets, by namespace. */
  public ClusterViewBuilder licenses(Map<String, LicenseFact> all) {
    licenses = Map.copyOf(all);
    return this;
  }

  /** Whether these are all licences; true without it. */
  public ClusterViewBuilder knowsLicenses(boolean known) {
    knowsLicenses = known;
    return this;
  }

  /** The pods that guests with devices run in. */
  public ClusterViewBuilder launchers(Launchers all) {
    launchers = all;
    return this;
  }

  /** The signs of life of the nodes' agents. */
  public ClusterViewBuilder heartbeats(Heartbeats all) {
    heartbeats = all;
    return this;
  }

  /** Whether there would be heartbeats if agents lived; without it, whether there are any. */
  public ClusterViewBuilder knowsHeartbeats(boolean known) {
    knowsHeartbeats = Optional.of(known);
    return this;
  }

  /** Without these the view finds those among its guests and instancetypes by itself. */
  public ClusterViewBuilder deviceUsers(DeviceUsers users) {
    deviceUsers = users;
    return this;
  }

  /** Without these the view counts them by itself; they must not change any more. */
  public ClusterViewBuilder supplies(Map<String, NodeSupply> all) {
    supplies = all;
    return this;
  }

  public ClusterView build() {
    return new ClusterView(this);
  }
}
