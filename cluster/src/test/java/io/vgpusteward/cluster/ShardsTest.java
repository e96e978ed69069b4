package io.vgpusteward.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShardsTest {
  /** Keys of few different hashes fall into few shards. */
  private record Key(int number, int hashes) {
    @Override
    public int hashCode() {
      return number % hashes;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, Integer.MAX_VALUE})
  void shards_areWhatAHashMapIs_andOlderOnesStay(int hashes) {
    long seed = hashes;
    Random random = new Random(seed);
    Shards<Key, Integer> shards = Shards.none();
    Map<Key, Integer> expected = new HashMap<>();
    List<Shards<Key, Integer>> versions = new ArrayList<>();
    List<Map<Key, Integer>> expectedVersions = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      Key key = new Key(random.nextInt(300), hashes);
      if (random.nextInt(3) > 0) {
        shards = shards.plus(key, i);
        expected.put(key, i);
      } else {
        shards = shards.minus(key);
        expected.remove(key);
      }
      if (i % 100 == 0) {
        versions.add(shards);
        expectedVersions.add(new HashMap<>(expected));
      }
    }
    for (int i = 0; i < versions.size(); i++) {
      Map<Key, Integer> older = expectedVersions.get(i);
      Set<Key> differing = new HashSet<>(expected.keySet());
      differing.addAll(older.keySet());
      differing.removeIf(key -> Objects.equals(expected.get(key), older.get(key)));
      assertThat(shards.differing(versions.get(i))).isEqualTo(differing);
    }
    assertThat(shards).isEqualTo(expected).hasSameSizeAs(expected);
    assertThat(Shards.of(expected)).isEqualTo(expected);
    assertThat(Shards.of(shards)).isSameAs(shards);
    assertThat(versions).isEqualTo(expectedVersions);
    for (int number = 0; number < 300; number++) {
      Key key = new Key(number, hashes);
      assertThat(shards.get(key)).isEqualTo(expected.get(key));
      assertThat(shards.containsKey(key)).isEqualTo(expected.containsKey(key));
    }
  }

  @Test
  void absentKey_takesNothingAway() {
    Shards<String, Integer> one = Shards.<String, Integer>none().plus("a", 1);
    assertThat(one.minus("b")).isSameAs(one);
    assertThat(one.getOrDefault("b", 2)).isEqualTo(2);
  }

  @Test
  void shards_areImmutable_andNeedNoCopy() {
    Map<String, Integer> one = Shards.<String, Integer>none().plus("a", 1);
    assertThatThrownBy(() -> one.put("b", 2)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> one.remove("a")).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(one::clear).isInstanceOf(UnsupportedOperationException.class);
    assertThat(Shards.copyOf(one)).isSameAs(one);
    assertThat(Shards.copyOf(new HashMap<>(one))).isEqualTo(one);
  }

  @Test
  void entries_end() {
    Iterator<Map.Entry<String, Integer>> entries =
        Shards.<String, Integer>none().plus("a", 1).entrySet().iterator();
    assertThat(entries.next()).isEqualTo(Map.entry("a", 1));
    assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
  }
}
