package io.vgpusteward.cluster;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map of very many entries, of which another with one entry more or less is made at
 * the price of a few dozen: entries are spread over small maps by their hash, in two levels, and
 * both share all of these but one. Entries are in no order, keys and values are never null.
 */
public final class Shards<K, V> extends AbstractMap<K, V> {
  /** So many bits of a hash choose at each level. */
  private static final int BITS = 6;

  private static final int WIDTH = 1 << BITS;

  /** Spreads hash codes that differ in few bits over all shards (2^32 by the golden ratio). */
  private static final int SPREAD = 0x9E3779B9;

  private final List<List<Map<K, V>>> shards;
  private final int size;

  private Shards(List<List<Map<K, V>>> shards, int size) {
    this.shards = shards;
    this.size = size;
  }

  public static <K, V> Shards<K, V> none() {
    return new Shards<>(Collections.nCopies(WIDTH, Collections.nCopies(WIDTH, Map.<K, V>of())), 0);
  }

  /** An immutable map of the same entries: the same one if it is of this class. */
  static <K, V> Map<K, V> copyOf(Map<K, V> map) {
    return map instanceof Shards ? map : Map.copyOf(map);
  }

  /** The entries of any map; the same one if it is of this class. */
  static <K, V> Shards<K, V> of(Map<K, V> map) {
    if (map instanceof Shards<K, V> itself) {
      return itself;
    }
    Shards<K, V> shards = none();
    for (Entry<K, V> entry : map.entrySet()) {
      shards = shards.plus(entry.getKey(), entry.getValue());
    }
    return shards;
  }

  /**
   * The keys that have another object here than there, or have one on one side only; what both
   * share is not looked at.
   */
  @SuppressWarnings("ReferenceEquality") // Shared parts are the same object.
  Set<K> differing(Shards<K, V> other) {
    Set<K> keys = new HashSet<>();
    for (int row = 0; row < WIDTH; row++) {
      List<Map<K, V>> mine = shards.get(row);
      List<Map<K, V>> others = other.shards.get(row);
      for (int column = 0; mine != others && column < WIDTH; column++) {
        Map<K, V> shard = mine.get(column);
        Map<K, V> otherShard = others.get(column);
        if (shard != otherShard) {
          shard.forEach((key, value) -> {
            if (value != otherShard.get(key)) {
              keys.add(key);
            }
          });
          otherShard.keySet().stream().filter(key -> !shard.containsKey(key)).forEach(keys::add);
        }
      }
    }
    return keys;
  }

  /** The same with the entry, in place of one with its key. */
  public Shards<K, V> plus(K key, V value) {
    Map<K, V> shard = new HashMap<>(shard(key));
    boolean isNew = shard.put(key, value) == null;
    return with(key, shard, isNew ? size + 1 : size);
  }

  /** The same without the key. */
  public Shards<K, V> minus(K key) {
    if (!shard(key).containsKey(key)) {
      return this;
    }
    Map<K, V> shard = new HashMap<>(shard(key));
    shard.remove(key);
    return with(key, shard, size - 1);
  }

  private Shards<K, V> with(K key, Map<K, V> shard, int newSize) {
    List<Map<K, V>> row = new ArrayList<>(shards.get(row(key)));
    row.set(column(key), Map.copyOf(shard));
    List<List<Map<K, V>>> next = new ArrayList<>(shards);
    next.set(row(key), row);
    return new Shards<>(next, newSize);
  }

  private Map<K, V> shard(Object key) {
    return shards.get(row(key)).get(column(key));
  }

  private static int row(Object key) {
    return (key.hashCode() * SPREAD) >>> (Integer.SIZE - BITS);
  }

  private static int column(Object key) {
    return ((key.hashCode() * SPREAD) >>> (Integer.SIZE - 2 * BITS)) % WIDTH;
  }

  @Override
  public @Nullable V get(@Nullable Object key) {
    return shard(Objects.requireNonNull(key)).get(key);
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return shard(Objects.requireNonNull(key)).containsKey(key);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Set<Entry<K, V>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<K, V>> iterator() {
        return new Entries<>(shards.stream().flatMap(List::stream).iterator());
      }

      @Override
      public int size() {
        return size;
      }
    };
  }

  /** The entries of one shard after the other. */
  private static final class Entries<K, V> implements Iterator<Entry<K, V>> {
    private final Iterator<Map<K, V>> shards;
    private Iterator<Entry<K, V>> entries = Collections.emptyIterator();

    Entries(Iterator<Map<K, V>> shards) {
      this.shards = shards;
    }

    @Override
    public boolean hasNext() {
      while (!entries.hasNext() && shards.hasNext()) {
        entries = shards.next().entrySet().iterator();
      }
      return entries.hasNext();
    }

    @Override
    public Entry<K, V> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return entries.next();
    }
  }
}
