package io.vgpusteward.cluster.state;

import java.util.Iterator;
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

  /** A key comes here after its item is there: what a view misses, the next one has. */
  private final Set<K> changed = ConcurrentHashMap.newKeySet();

  private final Change<K, T, V> change;
  private V shown;

  private interface Change<K, T, V> {
    V apply(V before, Map<K, T> items, Set<K> changed);
  }

  private Shelf(V empty, Change<K, T, V> change) {
    this.shown = empty;
    this.change = change;
  }

  /** An empty shelf that shows all objects anew after each change: for kinds of few objects. */
  static <K, T, V> Shelf<K, T, V> copying(Function<Map<K, T>, V> copy) {
    return new Shelf<>(
        copy.apply(Map.of()),
        (before, items, changed) -> {
          changed.clear();
          return copy.apply(items);
        });
  }

  /** An empty shelf that takes each change to what it showed before: for kinds of many objects. */
  static <K, T, V> Shelf<K, T, V> stepwise(
      V empty, BiFunction<V, T, V> with, BiFunction<V, K, V> without) {
    return new Shelf<>(
        empty,
        (before, items, changed) -> {
          V now = before;
          for (Iterator<K> keys = changed.iterator(); keys.hasNext(); ) {
            K key = keys.next();
            keys.remove();
            T item = items.get(key);
            now = item == null ? without.apply(now, key) : with.apply(now, item);
          }
          return now;
        });
  }

  /** Puts an object there; whether that changed anything. */
  boolean put(K key, T item) {
    boolean isOther = !item.equals(items.put(key, item));
    if (isOther) {
      changed.add(key);
    }
    return isOther;
  }

  /** Takes an object away; whether there was one. */
  boolean remove(K key) {
    boolean wasThere = items.remove(key) != null;
    if (wasThere) {
      changed.add(key);
    }
    return wasThere;
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
    if (!changed.isEmpty()) {
      shown = change.apply(shown, items, changed);
    }
    return shown;
  }
}
