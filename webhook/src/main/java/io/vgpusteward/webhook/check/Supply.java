package io.vgpusteward.webhook.check;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Node;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of a cluster can give, as far as they have said so: by their inventories, and
 * where a node has none, by what its device plugins have registered. What nobody has spoken of is
 * unknown, never none. Remembers what it was asked; any thread may ask.
 */
public final class Supply {
  private static final int REMEMBERED = 500;

  private final Map<String, NodeInventory> inventories;
  private final Map<String, Node> nodes;
  private final Map<Profile, Optional<Nearness>> nearness = new ConcurrentHashMap<>();
  private final Map<Wanted, OptionalInt> most = new ConcurrentHashMap<>();
  private volatile @Nullable Set<Profile> known;

  private record Wanted(Profile profile, Optional<ResourceName> resource) {}

  /** How near a profile is to a guest that asks for it, the nearest first. */
  public enum Nearness {
    /** A virtual function carries it. */
    CARRIED,
    /** A virtual function could carry it, if it got it. */
    CREATABLE,
    /** A GPU's driver knows it, and no virtual function has room for it. */
    LISTED,
    /** All GPUs of its board have listed what they know, and it is not among that. */
    RULED_OUT
  }

  /** What these have said, each by the node's name. */
  public Supply(Map<String, NodeInventory> inventories, Map<String, Node> nodes) {
    this.inventories = inventories;
    this.nodes = nodes;
  }

  /** What the view's nodes have said. */
  public static Supply of(ClusterView view) {
    return new Supply(view.inventories(), view.nodes());
  }

  /** Whether this is still what the view's nodes have said; told by identity. */
  @SuppressWarnings("ReferenceEquality")
  boolean isOf(ClusterView view) {
    return inventories == view.inventories() && nodes == view.nodes();
  }

  /** How near the profile is; empty where no GPU of its board has said enough. */
  public Optional<Nearness> nearness(Profile profile) {
    return bounded(nearness).computeIfAbsent(profile, this::judge);
  }

  private Optional<Nearness> judge(Profile profile) {
    Collection<NodeInventory> all = inventories.values();
    if (all.stream().anyMatch(inventory -> inventory.carries(profile) > 0)) {
      return Optional.of(Nearness.CARRIED);
    }
    if (all.stream().anyMatch(inventory -> inventory.mostEver(profile) > 0)) {
      return Optional.of(Nearness.CREATABLE);
    }
    if (all.stream().anyMatch(inventory -> inventory.knownProfiles().contains(profile))) {
      return Optional.of(Nearness.LISTED);
    }
    // A node without an inventory may have other boards, but a board is the same everywhere.
    boolean hasBoard = all.stream().anyMatch(inventory -> hasBoard(inventory, profile));
    return hasBoard && all.stream().allMatch(inventory -> inventory.rulesOut(profile))
        ? Optional.of(Nearness.RULED_OUT)
        : Optional.empty();
  }

  private static boolean hasBoard(NodeInventory inventory, Profile profile) {
    return inventory.gpus().stream()
        .anyMatch(
            gpu -> !gpu.passedThrough() && gpu.board().filter(profile.board()::equals).isPresent());
  }

  /** All profiles that a GPU knows. */
  public Set<Profile> known() {
    Set<Profile> found = known;
    if (found == null) {
      Set<Profile> all = new TreeSet<>();
      inventories.values().forEach(inventory -> all.addAll(inventory.knownProfiles()));
      found = Collections.unmodifiableSet(all);
      known = found;
    }
    return found;
  }

  /** Users can name any profile, and any number of them. */
  private static <K, V> Map<K, V> bounded(Map<K, V> answers) {
    if (answers.size() >= REMEMBERED) {
      answers.clear();
    }
    return answers;
  }

  /**
   * The most of a profile that one node can ever give; empty where that is not known.
   *
   * @param resource by which it comes
   */
  public OptionalInt most(Profile profile, Optional<ResourceName> resource) {
    return bounded(most).computeIfAbsent(new Wanted(profile, resource), this::mostOf);
  }

  /** The most of a resource that one node can ever give; empty where that is not known. */
  public OptionalInt most(ResourceName resource) {
    return resource
        .profile()
        .map(profile -> most(profile, Optional.of(resource)))
        .orElseGet(() -> registered(Optional.of(resource)));
  }

  /** The most that the device plugins of one node have registered. */
  private OptionalInt registered(Optional<ResourceName> resource) {
    int best = 0;
    for (Node node : nodes.values()) {
      best = Math.max(best, resource.map(name -> node.capacity().get(name)).orElse(0));
    }
    return best > 0 ? OptionalInt.of(best) : OptionalInt.empty();
  }

  private OptionalInt mostOf(Wanted wanted) {
    int best = 0;
    for (NodeInventory inventory : inventories.values()) {
      if (!inventory.ready()) {
        return OptionalInt.empty();
      }
      best = Math.max(best, inventory.mostEver(wanted.profile()));
    }
    best = Math.max(best, registered(wanted.resource()).orElse(0));
    return best > 0 ? OptionalInt.of(best) : OptionalInt.empty();
  }
}
