package io.vgpusteward.cluster.state;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The objects of one kind, and what the views show of them, which changes only when they do. Any
 * thread may write; one thread makes views.
 *
 * @param <K> what objects are told apart by
 * @param <T> an object, reduced
 * @param <V> what views show of all of them
 */
final class Shelf<K, T, V> {
  private final Map<K, T> items = new ConcurrentHashMap<>();
  private final Change<K, T, V> change;
  private final Object lock = new Object();

  /** A key comes here after its item is there: what a view misses, the next one has. */
  private Set<K> changed = new HashSet<>();

  private V shown;

  private interface Change<K, T, V> {
    V apply(V before, Map<K, T> items, Set<K> changed);
  }

  /** Takes one object, new or changed, to what was shown before. */
  interface With<K, T, V> {
    V apply(V before, K key, T item);
  }

  private Shelf(V empty, Change<K, T, V> change) {
    this.shown = empty;
    this.change = change;
  }

  /** An empty shelf that shows all objects anew after each change: for kinds of few objects. */
  static <K, T, V> Shelf<K, T, V> copying(Function<Map<K, T>, V> copy) {
    return new Shelf<>(copy.apply(Map.of()), (before, items, changed) -> copy.apply(items));
  }

  /** An empty shelf that takes each change to what it showed before: for kinds of many objects. */
  static <K, T, V> Shelf<K, T, V> stepwise(
      V empty, With<K, T, V> with, BiFunction<V, K, V> without) {
    return new Shelf<>(
        empty,
        (before, items, changed) -> {
          V now = before;
          for (K key : changed) {
            T item = items.get(key);
            now = item == null ? without.apply(now, key) : with.apply(now, key, item);
          }
          return now;
        });
  }

  /** Puts an object there; whether that changed anything. Of two equal ones the first stays. */
  boolean put(K key, T item) {
    if (item.equals(items.get(key))) {
      return false;
    }
    items.put(key, item);
    note(key);
    return true;
  }

  /** Takes an object away; whether there was one. */
  boolean remove(K key) {
    boolean wasThere = items.remove(key) != null;
    if (wasThere) {
      note(key);
    }
    return wasThere;
  }

  private void note(K key) {
    synchronized (lock) {
      changed.add(key);
    }
  }

  Optional<T> get(K key) {
    return Optional.ofNullable(items.get(key));
  }

  /** The names of the objects as they are now. */
  Stream<K> keys() {
    return items.keySet().stream();
  }

  /** What a view shows; for the one thread that makes views. */
  V show() {
    Set<K> since;
    synchronized (lock) {
      since = changed;
      if (!since.isEmpty()) {
        changed = new HashSet<>();
      }
    }
    if (!since.isEmpty()) {
      shown = change.apply(shown, items, since);
    }
    return shown;
  }
}
