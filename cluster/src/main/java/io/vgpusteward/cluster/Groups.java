package io.vgpusteward.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Items in groups that are small; immutable. A change costs what its groups hold, whatever the
 * number of groups. The items of a group are in the order in which they came.
 */
record Groups<G, T>(Shards<G, List<T>> lists) {
  static <G, T> Groups<G, T> none() {
    return new Groups<>(Shards.none());
  }

  /**
   * The same after an item has become another one.
   *
   * @param from the group that the item was in; empty for none, as before it came
   * @param to the group that it is in now; empty for none, as when it has gone
   */
  Groups<G, T> exchange(Optional<G> from, @Nullable T before, Optional<G> to, @Nullable T now) {
    if (from.isPresent() && from.equals(to) && before != null && now != null) {
      List<T> list = new ArrayList<>(of(from.get()));
      list.replaceAll(item -> item.equals(before) ? now : item);
      return with(from.get(), list);
    }
    Groups<G, T> groups = this;
    if (from.isPresent() && before != null) {
      List<T> list = new ArrayList<>(of(from.get()));
      list.remove(before);
      groups = groups.with(from.get(), list);
    }
    if (to.isPresent() && now != null) {
      List<T> list = new ArrayList<>(groups.of(to.get()));
      list.add(now);
      groups = groups.with(to.get(), list);
    }
    return groups;
  }

  private Groups<G, T> with(G group, List<T> list) {
    return new Groups<>(list.isEmpty() ? lists.minus(group) : lists.plus(group, List.copyOf(list)));
  }

  List<T> of(G group) {
    return lists.getOrDefault(group, List.of());
  }
}
