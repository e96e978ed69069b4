package io.vgpusteward.cluster;

import io.vgpusteward.vgpu.ResourceName;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The launcher pods of a cluster that hold or want devices; immutable. Each question is a look-up,
 * and one pod more or less costs no more than its node has pods. Lists are in the order in which
 * the pods came to be known.
 */
public final class Launchers {
  private static final Launchers NONE =
      new Launchers(
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          Groups.none(),
          Groups.none());

  private final PMap<Key, LauncherPod> all;
  private final PMap<String, LauncherPod> byUid;
  private final PMap<Key, LauncherPod> pending;
  private final Groups<String, LauncherPod> byNode;
  private final Groups<Key, LauncherPod> byGuest;

  private record Key(String namespace, String name) {}

  private Launchers(
      PMap<Key, LauncherPod> all,
      PMap<String, LauncherPod> byUid,
      PMap<Key, LauncherPod> pending,
      Groups<String, LauncherPod> byNode,
      Groups<Key, LauncherPod> byGuest) {
    this.all = all;
    this.byUid = byUid;
    this.pending = pending;
    this.byNode = byNode;
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
    Launchers rest = without(pod.namespace(), pod.name());
    Key key = new Key(pod.namespace(), pod.name());
    return new Launchers(
        rest.all.plus(key, pod),
        pod.uid().isEmpty() ? rest.byUid : rest.byUid.plus(pod.uid(), pod),
        pod.node().isPresent() ? rest.pending : rest.pending.plus(key, pod),
        pod.node().map(node -> rest.byNode.plus(node, pod)).orElse(rest.byNode),
        pod.guest()
            .map(guest -> rest.byGuest.plus(new Key(pod.namespace(), guest), pod))
            .orElse(rest.byGuest));
  }

  /** The same without the pod of that name. */
  public Launchers without(String namespace, String name) {
    Key key = new Key(namespace, name);
    LauncherPod pod = all.get(key);
    if (pod == null) {
      return this;
    }
    return new Launchers(
        all.minus(key),
        byUid.minus(pod.uid()),
        pending.minus(key),
        pod.node().map(node -> byNode.minus(node, pod)).orElse(byNode),
        pod.guest().map(guest -> byGuest.minus(new Key(namespace, guest), pod)).orElse(byGuest));
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
    SortedMap<ResourceName, Integer> taken = new TreeMap<>();
    byNode
        .of(node)
        .forEach(
            pod -> pod.devices().forEach((name, count) -> taken.merge(name, count, Integer::sum)));
    return Collections.unmodifiableSortedMap(taken);
  }

  public Optional<LauncherPod> byUid(String uid) {
    return Optional.ofNullable(byUid.get(uid));
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
