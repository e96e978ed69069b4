package io.vgpusteward.cluster.state;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.cluster.ClusterListener.Change;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.DeviceUsersMaker;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.GuestTemplate;
import io.vgpusteward.cluster.Guests;
import io.vgpusteward.cluster.Heartbeat;
import io.vgpusteward.cluster.Heartbeats;
import io.vgpusteward.cluster.Instancetype;
import io.vgpusteward.cluster.Instancetypes;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.cluster.LauncherPod;
import io.vgpusteward.cluster.Launchers;
import io.vgpusteward.cluster.LicenseFact;
import io.vgpusteward.cluster.Node;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.Shards;
import io.vgpusteward.cluster.SuppliesMaker;
import io.vgpusteward.cluster.object.LicenseFacts;
import io.vgpusteward.cluster.object.ObjectKind;
import io.vgpusteward.cluster.object.ObjectReader;
import io.vgpusteward.cluster.object.Revision;
import io.vgpusteward.cluster.object.SecretReader;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PermittedDevices;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All objects that are followed, each reduced to what views show. Any thread may put and remove;
 * one thread makes views.
 */
public final class ClusterState {
  /** One and the same: other objects make what hangs on them anew. */
  private static final PermittedDevices NOTHING_PERMITTED = PermittedDevices.none();

  /** An agent that has missed a renewal: they come each minute. */
  private static final Duration SILENCE = Duration.ofMinutes(2);

  private final Shelf<Instancetypes.Key, KubeVirt, Optional<KubeVirt>> kubeVirts =
      Shelf.copying(ClusterState::first);
  private final Shelf<String, Map<String, String>, Map<String, Map<String, String>>> namespaces =
      Shelf.copying(Map::copyOf);
  private final Shelf<Instancetypes.Key, Instancetype, Map<Instancetypes.Key, Instancetype>>
      instancetypes = Shelf.copying(Map::copyOf);
  private final Shelf<Instancetypes.Key, Boolean, Map<Instancetypes.Key, Boolean>> preferences =
      Shelf.copying(Map::copyOf);
  private final Shelf<Instancetypes.Key, Revision, Revisions> revisions =
      Shelf.stepwise(Revisions.none(), Revisions::with, Revisions::without);
  private final Shelf<GuestKey, Guest, Guests> guests =
      Shelf.stepwise(Guests.none(), (all, key, guest) -> all.with(guest), Guests::without);
  private final Shelf<Instancetypes.Key, GuestTemplate, List<GuestTemplate>> replicaSets =
      Shelf.copying(all -> List.copyOf(all.values()));
  private final Shelf<Instancetypes.Key, GuestTemplate, List<GuestTemplate>> pools =
      Shelf.copying(all -> List.copyOf(all.values()));
  private final Shelf<Instancetypes.Key, LauncherPod, Launchers> pods =
      Shelf.stepwise(
          Launchers.none(),
          (all, key, pod) -> all.with(pod),
          (all, key) -> all.without(key.namespace(), key.name()));
  private final Shelf<String, Node, Shards<String, Node>> nodes =
      Shelf.stepwise(Shards.none(), Shards::plus, Shards::minus);
  private final Shelf<String, NodeInventory, Shards<String, NodeInventory>> inventories =
      Shelf.stepwise(Shards.none(), Shards::plus, Shards::minus);
  private final DeviceUsersMaker deviceUsers = new DeviceUsersMaker();
  private final SuppliesMaker supplies = new SuppliesMaker();
  private final Shelf<String, SecretObject, Map<String, LicenseFact>> licenses =
      Shelf.copying(LicenseFacts::of);
  private final Shelf<Instancetypes.Key, Heartbeat, Heartbeats> heartbeats =
      Shelf.stepwise(
          Heartbeats.none(),
          (all, key, heartbeat) -> all.with(heartbeat),
          (all, key) -> all.without(key.namespace(), key.name()));
  private final Origin origin;

  public ClusterState(Origin origin) {
    this.origin = origin;
  }

  /**
   * Puts an object into its place; of Secrets only licences are kept.
   *
   * @param problems told of fields of the wrong type, by path
   */
  public Effect put(ObjectKind kind, JsonNode object, Consumer<String> problems) {
    String namespace = kind.isNamespaced() ? ObjectReader.namespace(object) : "";
    String name = ObjectReader.name(object);
    Instancetypes.Key key = new Instancetypes.Key(namespace, name);
    Optional<Heartbeat> before = kind == ObjectKind.LEASE ? heartbeats.get(key) : Optional.empty();
    boolean changed =
        switch (kind) {
          case KUBEVIRT -> kubeVirts.put(key, ObjectReader.kubeVirt(object, problems));
          case VIRTUAL_MACHINE -> put(ObjectReader.virtualMachine(object, problems));
          case VIRTUAL_MACHINE_INSTANCE ->
              put(ObjectReader.virtualMachineInstance(object, problems));
          case INSTANCETYPE, CLUSTER_INSTANCETYPE ->
              instancetypes.put(key, ObjectReader.instancetype(object, problems));
          case PREFERENCE, CLUSTER_PREFERENCE ->
              preferences.put(key, ObjectReader.isForWindows(object, problems));
          case CONTROLLER_REVISION ->
              ObjectReader.revision(object, problems)
                  .map(revision -> revisions.put(key, revision))
                  .orElseGet(() -> revisions.remove(key));
          case NAMESPACE -> namespaces.put(name, ObjectReader.labels(object, problems));
          case SECRET ->
              name.equals(Keys.LICENSE_SECRET)
                  && licenses.put(namespace, SecretReader.read(object, problems));
          case POD ->
              ObjectReader.launcherPod(object, problems)
                  .map(pod -> pods.put(key, pod))
                  .orElseGet(() -> pods.remove(key));
          case NODE -> nodes.put(name, ObjectReader.node(object, problems));
          case VGPU_NODE -> inventories.put(name, ObjectReader.inventory(object, problems));
          case LEASE ->
              ObjectReader.heartbeat(object, problems)
                  .map(heartbeat -> heartbeats.put(key, heartbeat))
                  .orElseGet(() -> heartbeats.remove(key));
          case REPLICA_SET -> replicaSets.put(key, ObjectReader.replicaSet(object, problems));
          case POOL -> pools.put(key, ObjectReader.pool(object, problems));
        };
    if (!changed) {
      return Effect.NONE;
    }
    return kind == ObjectKind.LEASE && isRenewal(before, heartbeats.get(key))
        ? Effect.UNHURRIED
        : effect(kind, namespace, name);
  }

  /** Takes an object away. */
  public Effect remove(ObjectKind kind, String namespaceOrNone, String name) {
    String namespace = kind.isNamespaced() ? namespaceOrNone : "";
    Instancetypes.Key key = new Instancetypes.Key(namespace, name);
    boolean changed =
        switch (kind) {
          case KUBEVIRT -> kubeVirts.remove(key);
          case VIRTUAL_MACHINE, VIRTUAL_MACHINE_INSTANCE ->
              guests.remove(guest(kind, namespace, name));
          case INSTANCETYPE, CLUSTER_INSTANCETYPE -> instancetypes.remove(key);
          case PREFERENCE, CLUSTER_PREFERENCE -> preferences.remove(key);
          case CONTROLLER_REVISION -> revisions.remove(key);
          case NAMESPACE -> namespaces.remove(name);
          case SECRET -> name.equals(Keys.LICENSE_SECRET) && licenses.remove(namespace);
          case POD -> pods.remove(key);
          case NODE -> nodes.remove(name);
          case VGPU_NODE -> inventories.remove(name);
          case LEASE -> heartbeats.remove(key);
          case REPLICA_SET -> replicaSets.remove(key);
          case POOL -> pools.remove(key);
        };
    return changed ? effect(kind, namespace, name) : Effect.NONE;
  }

  /** The licence Secret of a namespace. */
  public Optional<SecretObject> license(String namespace) {
    return licenses.get(namespace);
  }

  /** A view of the state as it is now; for one thread. */
  public ClusterView view(Instant now, List<String> missing) {
    Revisions held = revisions.show();
    Map<String, Node> allNodes = nodes.show();
    Map<String, NodeInventory> allInventories = inventories.show();
    Instancetypes types =
        new Instancetypes(
            instancetypes.show(), held.instancetypes(), preferences.show(), held.preferences());
    Optional<KubeVirt> kubeVirt = kubeVirts.show();
    PermittedDevices permitted = kubeVirt.map(KubeVirt::permitted).orElse(NOTHING_PERMITTED);
    Guests allGuests = guests.show();
    Launchers launchers = pods.show();
    Heartbeats beats = heartbeats.show();
    return ClusterView.builder(now)
        .missing(missing)
        .kubeVirt(kubeVirt)
        .namespaceLabels(namespaces.show())
        .instancetypes(types)
        .guests(allGuests)
        .nodes(allNodes)
        .inventories(allInventories)
        .supplies(supplies.make(permitted, allNodes, allInventories))
        .licenses(licenses.show())
        .knowsLicenses(origin != Origin.SNAPSHOT)
        .launchers(launchers)
        .heartbeats(beats)
        .knowsHeartbeats(origin == Origin.API_SERVER || !beats.isEmpty())
        .deviceUsers(
            deviceUsers.make(
                permitted, types, allGuests, replicaSets.show(), pools.show(), launchers))
        .build();
  }

  private boolean put(Guest guest) {
    return guests.put(guest.key(), guest);
  }

  /**
   * Renewals come all the time, and nobody waits for one. A sign of life after a silence is what
   * makes an inventory count again, so pods may wait for it.
   */
  private static boolean isRenewal(Optional<Heartbeat> before, Optional<Heartbeat> after) {
    return before.isPresent()
        && after.isPresent()
        && after.get().renewed().isBefore(before.get().renewed().plus(SILENCE));
  }

  private Effect effect(ObjectKind kind, String namespace, String name) {
    List<Change> changes =
        switch (kind) {
          case KUBEVIRT -> List.of(new Change.OfEverything());
          case VIRTUAL_MACHINE, VIRTUAL_MACHINE_INSTANCE ->
              List.of(new Change.OfGuest(guest(kind, namespace, name)));
          case SECRET -> List.of(new Change.OfLicense(namespace));
          case NAMESPACE -> guestsOf(name);
          case INSTANCETYPE,
              CLUSTER_INSTANCETYPE,
              PREFERENCE,
              CLUSTER_PREFERENCE,
              CONTROLLER_REVISION,
              POD,
              NODE,
              VGPU_NODE,
              REPLICA_SET,
              POOL,
              LEASE ->
              List.of();
        };
    return new Effect(true, changes);
  }

  private List<Change> guestsOf(String namespace) {
    return guests
        .keys()
        .filter(key -> key.namespace().equals(namespace))
        .<Change>map(Change.OfGuest::new)
        .toList();
  }

  private static GuestKey guest(ObjectKind kind, String namespace, String name) {
    return new GuestKey(
        kind == ObjectKind.VIRTUAL_MACHINE
            ? GuestKey.Kind.VirtualMachine
            : GuestKey.Kind.VirtualMachineInstance,
        namespace,
        name);
  }

  private static Optional<KubeVirt> first(Map<Instancetypes.Key, KubeVirt> all) {
    return all.values().stream()
        .min(Comparator.comparing(KubeVirt::namespace).thenComparing(KubeVirt::name));
  }
}
