package io.vgpusteward.cluster;

import java.util.ArrayList;
import java.util.List;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Small groups of items; immutable. A change costs what its group holds, whatever the number of
 * groups.
 */
record Groups<G, T>(PMap<G, List<T>> lists) {
  static <G, T> Groups<G, T> none() {
    return new Groups<>(HashTreePMap.empty());
  }

  /** The same with the item at the end of the group. */
  Groups<G, T> plus(G group, T item) {
    List<T> list = new ArrayList<>(of(group));
    list.add(item);
    return new Groups<>(lists.plus(group, List.copyOf(list)));
  }

  /** The same without the item in the group. */
  Groups<G, T> minus(G group, T item) {
    List<T> list = new ArrayList<>(of(group));
    list.remove(item);
    return new Groups<>(list.isEmpty() ? lists.minus(group) : lists.plus(group, List.copyOf(list)));
  }

  List<T> of(G group) {
    return lists.getOrDefault(group, List.of());
  }
}
