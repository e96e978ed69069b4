package io.vgpusteward.cluster.state;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * The objects of one kind, and what the views show of them, which is made anew only after a change.
 * Any thread may write; one thread makes views.
 *
 * @param <K> what objects are told apart by
 * @param <T> an object, reduced
 * @param <V> what views show of all of them
 */
final class Shelf<K, T, V> {
  private final Map<K, T> items = new ConcurrentHashMap<>();
  private final AtomicBoolean dirty = new AtomicBoolean();
  private final Function<Map<K, T>, V> show;
  private V shown;

  /** An empty shelf; {@code show} must copy what it keeps. */
  Shelf(Function<Map<K, T>, V> show) {
    this.show = show;
    this.shown = show.apply(items);
  }

  /** Puts an object there; whether that changed anything. */
  boolean put(K key, T item) {
    boolean changed = !item.equals(items.put(key, item));
    if (changed) {
      dirty.set(true);
    }
    return changed;
  }

  /** Takes an object away; whether there was one. */
  boolean remove(K key) {
    boolean changed = items.remove(key) != null;
    if (changed) {
      dirty.set(true);
    }
    return changed;
  }

  Optional<T> get(K key) {
    return Optional.ofNullable(items.get(key));
  }

  /** The names of the objects as they are now. */
  Set<K> keys() {
    return Set.copyOf(items.keySet());
  }

  /** What a view shows; for the one thread that makes views. */
  V show() {
    if (dirty.getAndSet(false)) {
      shown = show.apply(items);
    }
    return shown;
  }
}
