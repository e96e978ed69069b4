package io.vgpusteward.webhook.check;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Node;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of a cluster can give, as far as they have said so. Nodes that have said nothing
 * are not in it: an absent answer means unknown, never none.
 *
 * @param profiles how near each profile is that a GPU of the cluster lists
 * @param boards the boards of the GPUs that have listed their profiles
 * @param mostOfProfile how many of a profile the node can give that can give most of it
 * @param mostOfResource the same for a resource
 */
public record Supply(
    Map<Profile, Nearness> profiles,
    Set<String> boards,
    Map<Profile, Integer> mostOfProfile,
    Map<ResourceName, Integer> mostOfResource) {
  /** Nothing is known. */
  public static final Supply UNKNOWN = new Supply(Map.of(), Set.of(), Map.of(), Map.of());

  /** How near a profile is to a guest that asks for it, the nearest first. */
  public enum Nearness {
    /** A virtual function carries it. */
    CARRIED,
    /** A virtual function that carries none could. */
    CREATABLE,
    /** A GPU's driver knows it, and no virtual function has room for it. */
    LISTED
  }

  public Supply {
    profiles = Map.copyOf(profiles);
    boards = Set.copyOf(boards);
    mostOfProfile = Map.copyOf(mostOfProfile);
    mostOfResource = Map.copyOf(mostOfResource);
  }

  /**
   * What the view's nodes have said: what their device plugins have registered, be it free or not.
   * A resource that no node has is not known, since the plugin may come later.
   */
  public static Supply of(ClusterView view) {
    Map<ResourceName, Integer> most = new HashMap<>();
    for (Node node : view.nodes().values()) {
      node.capacity()
          .forEach((resource, count) -> {
            if (count > 0) {
              most.merge(resource, count, Math::max);
            }
          });
    }
    return most.isEmpty() ? UNKNOWN : new Supply(Map.of(), Set.of(), Map.of(), most);
  }

  /** Whether all profiles of the board are known. */
  boolean knowsBoard(String board) {
    return boards.contains(board);
  }

  Optional<Nearness> nearness(Profile profile) {
    return Optional.ofNullable(profiles.get(profile));
  }

  /** The most that one node can give; empty where that is not known. */
  OptionalInt most(Profile profile) {
    return optional(mostOfProfile.get(profile));
  }

  /** The most that one node can give; empty where that is not known. */
  public OptionalInt most(ResourceName resource) {
    return optional(mostOfResource.get(resource));
  }

  private static OptionalInt optional(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
