package io.vgpusteward.cluster;

import io.vgpusteward.vgpu.ResourceName;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The launcher pods of a cluster that hold or want devices; immutable. Each question is a look-up,
 * and one pod more or less costs no more than its node has pods. Lists are in the order in which
 * the pods came.
 */
public final class Launchers {
  private static final Launchers NONE =
      new Launchers(
          Shards.none(), Shards.none(), Shards.none(), Groups.none(), Groups.none(), Groups.none());

  private final Shards<Key, LauncherPod> all;
  private final Shards<Key, LauncherPod> pending;

  /** Added up when a pod comes or goes, since it is asked for all nodes at once. */
  private final Shards<String, SortedMap<ResourceName, Integer>> taken;

  private final Groups<String, LauncherPod> byNode;
  private final Groups<String, LauncherPod> byUid;
  private final Groups<Key, LauncherPod> byGuest;

  private record Key(String namespace, String name) {}

  private Launchers(
      Shards<Key, LauncherPod> all,
      Shards<Key, LauncherPod> pending,
      Shards<String, SortedMap<ResourceName, Integer>> taken,
      Groups<String, LauncherPod> byNode,
      Groups<String, LauncherPod> byUid,
      Groups<Key, LauncherPod> byGuest) {
    this.all = all;
    this.pending = pending;
    this.taken = taken;
    this.byNode = byNode;
    this.byUid = byUid;
    this.byGuest = byGuest;
  }

  public static Launchers none() {
    return NONE;
  }

  /** Exactly these; of two with one namespace and name the last. */
  public static Launchers of(Collection<LauncherPod> pods) {
    Launchers launchers = NONE;
    for (LauncherPod pod : pods) {
      launchers = launchers.with(pod);
    }
    return launchers;
  }

  /** The same with this pod, in place of one with its namespace and name. */
  public Launchers with(LauncherPod pod) {
    Key key = new Key(pod.namespace(), pod.name());
    return exchange(
        all.plus(key, pod),
        pod.node().isPresent() ? pending.minus(key) : pending.plus(key, pod),
        all.get(key),
        pod);
  }

  /** The same without the pod of that name. */
  public Launchers without(String namespace, String name) {
    Key key = new Key(namespace, name);
    LauncherPod before = all.get(key);
    return before == null ? this : exchange(all.minus(key), pending.minus(key), before, null);
  }

  private Launchers exchange(
      Shards<Key, LauncherPod> nowAll,
      Shards<Key, LauncherPod> nowPending,
      @Nullable LauncherPod before,
      @Nullable LauncherPod now) {
    Optional<LauncherPod> old = Optional.ofNullable(before);
    Optional<LauncherPod> next = Optional.ofNullable(now);
    Optional<String> from = old.flatMap(LauncherPod::node);
    Optional<String> to = next.flatMap(LauncherPod::node);
    Groups<String, LauncherPod> nodes = byNode.exchange(from, before, to, now);
    Shards<String, SortedMap<ResourceName, Integer>> sums = taken;
    if (from.isPresent()) {
      sums = addUp(sums, from.get(), nodes);
    }
    if (to.isPresent() && !to.equals(from)) {
      sums = addUp(sums, to.get(), nodes);
    }
    return new Launchers(
        nowAll,
        nowPending,
        sums,
        nodes,
        byUid.exchange(old.map(LauncherPod::uid), before, next.map(LauncherPod::uid), now),
        byGuest.exchange(
            old.flatMap(Launchers::guestOf), before, next.flatMap(Launchers::guestOf), now));
  }

  private static Shards<String, SortedMap<ResourceName, Integer>> addUp(
      Shards<String, SortedMap<ResourceName, Integer>> sums,
      String node,
      Groups<String, LauncherPod> nodes) {
    SortedMap<ResourceName, Integer> sum = new TreeMap<>();
    nodes
        .of(node)
        .forEach(
            pod -> pod.devices().forEach((name, count) -> sum.merge(name, count, Integer::sum)));
    return sum.isEmpty()
        ? sums.minus(node)
        : sums.plus(node, Collections.unmodifiableSortedMap(sum));
  }

  private static Optional<Key> guestOf(LauncherPod pod) {
    return pod.guest().map(guest -> new Key(pod.namespace(), guest));
  }

  /** All of them, in no order. */
  public Collection<LauncherPod> all() {
    return all.values();
  }

  /** Those that are bound to the node. */
  public List<LauncherPod> onNode(String node) {
    return byNode.of(node);
  }

  /** How many of each resource the pods on the node hold; resources that none holds are absent. */
  public SortedMap<ResourceName, Integer> taken(String node) {
    return taken.getOrDefault(node, Collections.emptySortedMap());
  }

  public Optional<LauncherPod> byUid(String uid) {
    return byUid.of(uid).stream().findFirst();
  }

  /** The pod of that name. */
  public Optional<LauncherPod> named(String namespace, String name) {
    return Optional.ofNullable(all.get(new Key(namespace, name)));
  }

  /** Those that no scheduler has placed yet, in no order. */
  public Collection<LauncherPod> pending() {
    return pending.values();
  }

  /** Those of a VirtualMachineInstance: two of them during a migration. */
  public List<LauncherPod> ofGuest(String namespace, String guest) {
    return byGuest.of(new Key(namespace, guest));
  }

  @Override
  public String toString() {
    return all.size() + " launchers";
  }
}
